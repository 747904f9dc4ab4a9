;;; site-start.el --- load what installed packages define

;;; Commentary:

;; Packages have a directory each below those of EMACSLOADPATH, with a file of their commands that are loaded when called.

;;; Code:

(dolist (directory (parse-colon-path (or (getenv "EMACSLOADPATH") "")))
  (when (and directory (string-match-p "/share/emacs/site-lisp/?\\'" directory) (file-directory-p directory))
    (dolist (package (directory-files directory t "\\`[^.]"))
      (when (file-directory-p package)
        (add-to-list 'load-path package)
        (dolist (autoloads (directory-files package t "-autoloads\\.el\\'"))
          (load autoloads 'missing-is-fine 'no-message))))))

;;; site-start.el ends here
