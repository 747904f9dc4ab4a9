;;; Commentary:
;;;
;;; What a server that runs Cuirass tells of its builds, evaluations and jobs.
;;; Interface: (guix ci) of GNU Guix 1.4; the format is that of Cuirass's HTTP interface.
;;;
;;; Code:

(define-module (guix ci)
  #:use-module (guix diagnostics)
  #:use-module (guix http-client)
  #:use-module (guix i18n)
  #:use-module ((guix utils) #:select (%current-system))
  #:use-module (json)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 exceptions)
  #:use-module (srfi srfi-19)
  #:use-module (ice-9 match)
  #:use-module (web uri)
  #:autoload   (guix channels) (channel)
  #:export (build-product? build-product-id build-product-type build-product-file-size build-product-path

            build? build-id build-derivation build-evaluation build-system build-status build-timestamp
            build-start-time build-stop-time build-duration build-products

            checkout? checkout-commit checkout-channel
            evaluation? evaluation-id evaluation-spec evaluation-complete? evaluation-checkouts
            job? job-build-id job-status job-name
            history? history-evaluation history-checkouts history-jobs

            %query-limit
            queued-builds
            latest-builds
            evaluation
            evaluation-jobs
            build
            job-build
            jobs-history
            latest-evaluations
            evaluations-for-commit

            channel-with-substitutes-available))


;;;
;;; What is told.
;;;

(define (seconds->date seconds)
  (time-utc->date (make-time time-utc 0 seconds)))

(define (number->status number)
  "Return the name of the state of a build that NUMBER stands for."
  (or (assv-ref '((-3 . submitted) (-2 . scheduled) (-1 . started) (0 . succeeded) (1 . failed)
                  (2 . failed-dependency) (3 . failed-other) (4 . canceled))
                number)
      (raise-exception
       (make-exception-with-message (format #f "~a: no state of a build" number)))))

(define (each proc)
  "Return the procedure that makes of a vector the list of what PROC makes of its elements; of anything else none."
  (lambda (elements)
    (if (vector? elements)
        (map proc (vector->list elements))
        '())))

(define-json-mapping <build-product> make-build-product build-product?
  json->build-product
  (id        build-product-id)
  (type      build-product-type)
  (file-size build-product-file-size)
  (path      build-product-path))

(define-json-mapping <build> make-build build?
  json->build
  (id         build-id "id")
  (derivation build-derivation)
  (evaluation build-evaluation)
  (system     build-system)
  (status     build-status "buildstatus" number->status)
  (timestamp  build-timestamp)
  (start-time build-start-time "starttime" seconds->date)
  (stop-time  build-stop-time "stoptime" seconds->date)
  (products   build-products "buildproducts" (each json->build-product)))

(define-json-mapping <checkout> make-checkout checkout?
  json->checkout
  (commit  checkout-commit)
  (channel checkout-channel))

(define-json-mapping <evaluation> make-evaluation evaluation?
  json->evaluation
  (id        evaluation-id)
  (spec      evaluation-spec "specification")
  (complete? evaluation-complete? "status" (lambda (status) (eqv? 0 status)))
  (checkouts evaluation-checkouts "checkouts" (each json->checkout)))

(define-json-mapping <job> make-job job?
  json->job
  (build-id job-build-id "build")
  (status   job-status "status" number->status)
  (name     job-name))

(define-json-mapping <history> make-history history?
  json->history
  (evaluation history-evaluation)
  (checkouts  history-checkouts "checkouts" (each json->checkout))
  (jobs       history-jobs "jobs" (each json->job)))

(define (build-duration build)
  "Return how many seconds BUILD took."
  (time-second (time-difference (date->time-utc (build-stop-time build))
                                (date->time-utc (build-start-time build)))))


;;;
;;; Asking.
;;;

(define %query-limit
  ;; How much is asked for at once.
  1000)

(define (query-url server path parameters)
  "Return the address of PATH at SERVER with PARAMETERS, an alist; those whose value is #f are left out."
  (define query
    (string-join (filter-map (match-lambda
                               ((_ . #f) #f)
                               ((name . (? number? value)) (format #f "~a=~a" name value))
                               ((name . value) (string-append name "=" (uri-encode value))))
                             parameters)
                 "&"))

  (string-append (string-trim-right server #\/) path
                 (if (string-null? query) "" (string-append "?" query))))

(define* (fetch server path #:optional (parameters '()))
  "Return what SERVER answers when it is asked for PATH with PARAMETERS, an alist."
  (let* ((port (http-fetch (query-url server path parameters)))
         (json (json->scm port)))
    (close-port port)
    json))

(define* (queued-builds url #:optional (limit %query-limit))
  "Return the builds that wait to be done by the server at URL, LIMIT of them."
  ((each json->build) (fetch url "/api/queue" `(("nr" . ,limit)))))

(define* (latest-builds url #:optional (limit %query-limit)
                        #:key evaluation system job jobset status)
  "Return the latest builds by the server at URL: LIMIT of those of EVALUATION, for SYSTEM, of JOB and JOBSET, with STATUS, as
far as these are given."
  ((each json->build)
   (fetch url "/api/latestbuilds"
          `(("nr" . ,limit) ("evaluation" . ,evaluation) ("system" . ,system)
            ("job" . ,job) ("jobset" . ,jobset) ("status" . ,status)))))

(define (evaluation url id)
  "Return the evaluation ID of the server at URL."
  (json->evaluation (fetch url "/api/evaluation" `(("id" . ,id)))))

(define* (latest-evaluations url #:optional (limit %query-limit) #:key spec)
  "Return the latest evaluations by the server at URL, of SPEC if it is given."
  ((each json->evaluation)
   (fetch url "/api/evaluations" `(("nr" . ,limit) ("spec" . ,spec)))))

(define* (evaluations-for-commit url commit #:optional (limit %query-limit))
  "Return those of the latest evaluations by the server at URL that were of COMMIT."
  (filter (lambda (evaluation)
            (member commit (map checkout-commit (evaluation-checkouts evaluation))))
          (latest-evaluations url limit)))

(define (evaluation-jobs url id)
  "Return the jobs of the evaluation ID of the server at URL."
  ((each json->job) (fetch url "/api/jobs" `(("evaluation" . ,id)))))

(define (build url id)
  "Return the build ID of the server at URL."
  (json->build (fetch url (format #f "/build/~a" id))))

(define (job-build url job)
  "Return the build of JOB of the server at URL."
  (build url (job-build-id job)))

(define* (jobs-history url jobs #:key (specification "master") (limit 20))
  "Return what became of JOBS, a list of names, of SPECIFICATION in the latest evaluations by the server at URL."
  ((each json->history)
   (fetch url "/api/jobs/history"
          `(("spec" . ,specification) ("names" . ,(string-join jobs ",")) ("nr" . ,limit)))))

(define (latest-commit-with-substitutes url)
  (match (latest-builds url 1
                        #:job (string-append "guix." (%current-system))
                        #:jobset "guix" #:status 0)
    ((build)
     (match (evaluation-checkouts (evaluation url (build-evaluation build)))
       ((checkout) (checkout-commit checkout))
       (_ #f)))
    (_ #f)))

(define (channel-with-substitutes-available chan url)
  "Return CHAN at the latest commit whose packages the server at URL has built; at no particular one, with a warning, if there
is none."
  (let ((commit (latest-commit-with-substitutes url)))
    (unless commit
      (warning (G_ "could not find available substitutes at ~a~%") url))
    (channel
      (inherit chan)
      (commit commit))))
