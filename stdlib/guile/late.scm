;;; Names of (guile) that few programs use: the module that defines them is loaded when one is first mentioned.

(%define-late '(guile arrays)
  '(array-for-each array-map! array-map-in-order! array-index-map! make-shared-array
    array-slice-for-each array-slice-for-each-in-order array-copy make-generalized-vector))
(%define-late '(guile soft-ports) '(make-soft-port))
(%define-late '(ice-9 threads) '(system-async-mark))
(%define-late '(guile stacks)
  '(make-stack stack? stack-length stack-ref stack-id frame? frame-procedure-name frame-source frame-previous
    frame-arguments display-backtrace backtrace))
(%define-late '(srfi srfi-4)
  '(u8vector s8vector u16vector s16vector u32vector s32vector u64vector s64vector f32vector f64vector
    u8vector? s8vector? u16vector? s16vector? u32vector? s32vector? u64vector? s64vector? f32vector? f64vector?
    make-u8vector make-s8vector make-u16vector make-s16vector make-u32vector make-s32vector
    make-u64vector make-s64vector make-f32vector make-f64vector
    u8vector-length s8vector-length u16vector-length s16vector-length u32vector-length s32vector-length
    u64vector-length s64vector-length f32vector-length f64vector-length
    u8vector-ref s8vector-ref u16vector-ref s16vector-ref u32vector-ref s32vector-ref
    u64vector-ref s64vector-ref f32vector-ref f64vector-ref
    u8vector-set! s8vector-set! u16vector-set! s16vector-set! u32vector-set! s32vector-set!
    u64vector-set! s64vector-set! f32vector-set! f64vector-set!
    u8vector->list s8vector->list u16vector->list s16vector->list u32vector->list s32vector->list
    u64vector->list s64vector->list f32vector->list f64vector->list
    list->u8vector list->s8vector list->u16vector list->s16vector list->u32vector list->s32vector
    list->u64vector list->s64vector list->f32vector list->f64vector))
(%define-late '(guile options)
  '(read-options read-enable read-disable print-options print-enable print-disable
    debug-options debug-enable debug-disable %set-option!
    read-options-interface print-options-interface debug-options-interface))
(%define-late '(guile module-queries)
  '(nested-ref nested-set! nested-define! nested-remove! nested-ref-module nested-define-module! local-ref
    local-set! local-define local-remove local-ref-module local-define-module module-search module-obarray
    module-clear! module-export-all! module-replacements module-symbol-binding module-symbol-local-binding
    module-symbol-interned? module-symbol-locally-interned? module-reverse-lookup
    module-import-interface module-autoload! module-ref-submodule
    module-define-submodule! module-submodules module-kind module-version set-module-version!
    module-declarative? set-module-declarative?! user-modules-declarative? module-duplicates-handlers
    set-module-duplicates-handlers! set-module-uses! set-module-filename! module-gensym define!
    process-use-modules purify-module! use-srfis version-matches? the-scm-module try-load-module
    try-module-autoload reload-module resolve-r6rs-interface make-modules-in module-call-observers
    module-observe module-observe-weak module-unobserve module-observers module-modified
    call-with-deferred-observers module-defined-hook module-transformer module-binder module-next-unique-id
    module-inlinable-exports set-module-inlinable-exports! lookup-duplicates-handlers
    default-duplicate-binding-handler default-duplicate-binding-procedures duplicate-handlers install-r6rs!
    install-r7rs!))
(%define-late '(guile oddities)
  '(symbol-fref symbol-fset! symbol-pref symbol-pset! symbol-property set-symbol-property! symbol-property-remove!
    symbol-prefix-proc keyword-like-symbol->keyword kw-arg-ref *random-state* random-state->datum
    datum->random-state random:normal-vector! random:solid-sphere! random:hollow-sphere! before-error-hook
    after-error-hook before-backtrace-hook after-backtrace-hook before-read-hook after-read-hook
    before-eval-hook after-eval-hook before-print-hook after-print-hook abort-hook after-gc-hook %load-hook
    struct-layout make-struct-layout vtable-index-layout vtable-index-printer vtable-offset-user
    standard-vtable-fields record-type-vtable record-type-mutable-fields primitive-read read-eval?
    read-hash-procedure read-hash-procedures load-in-vicinity load-compiled load-extension load-user-init
    parse-path-with-ellipsis %load-verbosely assert-load-verbosity %load-announce %load-should-auto-compile
    %auto-compilation-options %compile-fallback-path %fresh-auto-compile %warn-auto-compilation-enabled
    %file-port-name-canonicalization string-any-c-code string-every-c-code system-file-name-convention
    make-mutable-parameter set-current-dynamic-state file-encoding procedure-source
    set-procedure-minimum-arity! display-application using-readline? ensure-batch-mode!
    has-shown-backtrace-hint? repl-reader include-deprecated-features gc-dump %cond-expand-features
    %get-stack-size raise source-whash call-with-include-port call-with-module-autoload-lock))
(%define-late '(language tree-il) '(macroexpand macroexpanded?))
