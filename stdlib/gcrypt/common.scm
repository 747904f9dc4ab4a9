;;; Commentary:
;;;
;;; Errors of libgcrypt: codes, names and texts.
;;;
;;; Code:

(define-module (gcrypt common)
  #:export (error-source error-string error-code=?
            error/agent error/already-fetched error/ambiguous error/ambiguous-name error/ass-accept-failed
            error/ass-canceled error/ass-connect-failed error/ass-general error/ass-incomplete-line
            error/ass-invalid-response error/ass-invalid-value error/ass-line-too-long error/ass-nested-commands
            error/ass-no-data-cb error/ass-no-input error/ass-no-inquire-cb error/ass-no-output
            error/ass-not-a-client error/ass-not-a-server error/ass-parameter error/ass-read-error
            error/ass-server-start error/ass-syntax error/ass-too-much-data error/ass-unexpected-cmd
            error/ass-unknown-cmd error/ass-unknown-inquire error/ass-write-error error/assuan
            error/assuan-server-fault error/bad-auth error/bad-ber error/bad-ca-cert error/bad-cert
            error/bad-cert-chain error/bad-crypt-ctx error/bad-data error/bad-hs-cert error/bad-hs-cert-req
            error/bad-hs-cert-ver error/bad-hs-change-cipher error/bad-hs-client-hello error/bad-hs-client-kex
            error/bad-hs-finished error/bad-hs-server-hello error/bad-hs-server-hello-done
            error/bad-hs-server-kex error/bad-key error/bad-mac error/bad-mpi error/bad-passphrase error/bad-pin
            error/bad-pin-method error/bad-public-key error/bad-secret-key error/bad-signature error/bad-ticket
            error/bad-uri error/bogus-string error/broken-public-key error/broken-secret-key
            error/buffer-too-short error/bug error/canceled error/card error/card-not-initialized
            error/card-not-present error/card-removed error/card-reset error/cert-expired error/cert-revoked
            error/cert-too-large error/cert-too-young error/checksum error/cipher-algo error/close-notify
            error/compr-algo error/compr-failed error/configuration error/conflict error/corrupted-protection
            error/crl-too-old error/crypt-ctx-conflict error/db-corrupted error/decrypt-failed error/digest-algo
            error/dirmngr error/dup-key error/dup-name error/dup-value error/element-not-found
            error/encoding-problem error/engine-too-old error/eof-gcrypt error/false error/fatal-alert
            error/forbidden error/fully-canceled error/general error/hardware error/identifier-not-found
            error/incomplete-line error/internal error/invalid-argument error/invalid-armor error/invalid-attr
            error/invalid-ber error/invalid-card error/invalid-cert-obj error/invalid-cipher-mode
            error/invalid-cms-obj error/invalid-crl error/invalid-crl-obj error/invalid-curve error/invalid-data
            error/invalid-engine error/invalid-flag error/invalid-handle error/invalid-id error/invalid-index
            error/invalid-key-length error/invalid-keyinfo error/invalid-keyring error/invalid-length
            error/invalid-lock-obj error/invalid-mac error/invalid-name error/invalid-object
            error/invalid-oid-string error/invalid-op error/invalid-order error/invalid-packet
            error/invalid-parameter error/invalid-passphrase error/invalid-record error/invalid-request
            error/invalid-response error/invalid-session-key error/invalid-sexp error/invalid-state
            error/invalid-tag error/invalid-time error/invalid-uri error/invalid-user-id error/invalid-value
            error/key-disabled error/key-expired error/key-on-card error/keyring-open error/keyserver
            error/legacy-key error/limit-reached error/line-too-long error/locale-problem error/locked
            error/mac-algo error/missing-action error/missing-cert error/missing-client-cert
            error/missing-envvar error/missing-issuer-cert error/missing-key error/missing-value
            error/module-not-found error/name-exists error/network error/no-agent error/no-auth
            error/no-cert-chain error/no-cipher error/no-cms-obj error/no-crl-known error/no-crypt-ctx
            error/no-data error/no-dirmngr error/no-encoding-method error/no-encryption-scheme error/no-engine
            error/no-error error/no-key error/no-keyserver error/no-name error/no-obj error/no-passphrase
            error/no-pin error/no-pin-entry error/no-pkcs15-app error/no-policy-match error/no-prime
            error/no-public-key error/no-scdaemon error/no-secret-key error/no-signature-scheme error/no-user-id
            error/no-value error/not-confirmed error/not-der-encoded error/not-enabled error/not-encrypted
            error/not-found error/not-implemented error/not-initialized error/not-locked error/not-operational
            error/not-processed error/not-supported error/not-trusted error/nothing-found error/obj-term-state
            error/pin-blocked error/pin-entry error/pin-not-synced error/protocol-violation
            error/public-key-algo error/public-key-not-trusted error/request-too-long error/request-too-short
            error/resource-limit error/scdaemon error/selftest-failed error/server-failed
            error/sexp-bad-character error/sexp-bad-hex-char error/sexp-bad-oct-char error/sexp-bad-quotation
            error/sexp-invalid-len-spec error/sexp-nested-dh error/sexp-not-canonical error/sexp-odd-hex-numbers
            error/sexp-string-too-long error/sexp-unexpected-punc error/sexp-unmatched-dh
            error/sexp-unmatched-paren error/sexp-zero-prefix error/sig-class error/sig-expired
            error/subkeys-exp-or-rev error/syntax error/system-bug error/ticket-expired error/time-conflict
            error/timeout error/too-large error/too-many error/too-old error/too-short error/too-young
            error/true error/truncated error/trustdb error/try-later error/unexpected error/unexpected-msg
            error/unexpected-tag error/unfinished error/unknown-algorithm error/unknown-cms-obj
            error/unknown-command error/unknown-crit-extn error/unknown-curve error/unknown-extn
            error/unknown-flag error/unknown-host error/unknown-identity error/unknown-name error/unknown-option
            error/unknown-packet error/unknown-sexp error/unknown-version error/unsupported-algorithm
            error/unsupported-cert error/unsupported-cms-obj error/unsupported-cms-version
            error/unsupported-crl-version error/unsupported-encoding error/unsupported-operation
            error/unsupported-protection error/unsupported-protocol error/unusable-public-key
            error/unusable-secret-key error/use-conditions error/user-id-exists error/value-not-found
            error/weak-key error/window-too-large error/window-too-small error/would-wrap error/wrong-blob-type
            error/wrong-card error/wrong-crypt-ctx error/wrong-key-usage error/wrong-name
            error/wrong-public-key-algo error/wrong-secret-key))

(define texts (make-hash-table))
(define-syntax-rule (define-errors (name code text) ...)
  (begin
    (begin
      (define name code)
      (hashv-set! texts code text))
    ...))

(define (error-code error) (logand error #xffff))
(define (error-code=? error1 error2)
  "Return #t when ERROR1 and ERROR2 have the same code, wherever they come from."
  (= (error-code error1) (error-code error2)))
(define (error-string error)
  "Return the text of ERROR."
  (hashv-ref texts (error-code error) "Unknown error code"))
(define (error-source error)
  "Return where ERROR comes from."
  (case (ash error -24)
    ((0) "Unspecified source")
    ((1) "gcrypt")
    (else "Unknown source")))

(define-errors
  (error/agent 78 "Agent error")
  (error/already-fetched 311 "Already fetched")
  (error/ambiguous 190 "Ambiguous result")
  (error/ambiguous-name 107 "Ambiguous name")
  (error/ass-accept-failed 258 "IPC accept call failed")
  (error/ass-canceled 277 "IPC call has been cancelled")
  (error/ass-connect-failed 259 "IPC connect call failed")
  (error/ass-general 257 "General IPC error")
  (error/ass-incomplete-line 262 "Incomplete line passed to IPC")
  (error/ass-invalid-response 260 "Invalid IPC response")
  (error/ass-invalid-value 261 "Invalid value passed to IPC")
  (error/ass-line-too-long 263 "Line passed to IPC too long")
  (error/ass-nested-commands 264 "Nested IPC commands")
  (error/ass-no-data-cb 265 "No data callback in IPC")
  (error/ass-no-input 278 "No input source for IPC")
  (error/ass-no-inquire-cb 266 "No inquire callback in IPC")
  (error/ass-no-output 279 "No output source for IPC")
  (error/ass-not-a-client 268 "Not an IPC client")
  (error/ass-not-a-server 267 "Not an IPC server")
  (error/ass-parameter 280 "IPC parameter error")
  (error/ass-read-error 270 "IPC read error")
  (error/ass-server-start 269 "Problem starting IPC server")
  (error/ass-syntax 276 "IPC syntax error")
  (error/ass-too-much-data 273 "Too much data for IPC layer")
  (error/ass-unexpected-cmd 274 "Unexpected IPC command")
  (error/ass-unknown-cmd 275 "Unknown IPC command")
  (error/ass-unknown-inquire 281 "Unknown IPC inquire")
  (error/ass-write-error 271 "IPC write error")
  (error/assuan 81 "General Assuan error")
  (error/assuan-server-fault 80 "Unspecific Assuan server fault")
  (error/bad-auth 315 "Bad authentication")
  (error/bad-ber 134 "BER error")
  (error/bad-ca-cert 100 "Bad CA certificate")
  (error/bad-cert 36 "Bad certificate")
  (error/bad-cert-chain 56 "Bad certificate chain")
  (error/bad-crypt-ctx 193 "Bad crypto context")
  (error/bad-data 89 "Bad data")
  (error/bad-hs-cert 240 "Bad certificate message in handshake")
  (error/bad-hs-cert-req 241 "Bad certificate request message in handshake")
  (error/bad-hs-cert-ver 242 "Bad certificate verify message in handshake")
  (error/bad-hs-change-cipher 243 "Bad change cipher message in handshake")
  (error/bad-hs-client-hello 244 "Bad client hello message in handshake")
  (error/bad-hs-client-kex 249 "Bad client key exchange message in handshake")
  (error/bad-hs-finished 247 "Bad finished message in handshake")
  (error/bad-hs-server-hello 245 "Bad server hello message in handshake")
  (error/bad-hs-server-hello-done 246 "Bad server hello done message in handshake")
  (error/bad-hs-server-kex 248 "Bad server key exchange message in handshake")
  (error/bad-key 19 "Bad session key")
  (error/bad-mac 229 "The MAC does not verify")
  (error/bad-mpi 30 "Bad MPI value")
  (error/bad-passphrase 11 "Bad passphrase")
  (error/bad-pin 87 "Bad PIN")
  (error/bad-pin-method 122 "Bad PIN method")
  (error/bad-public-key 6 "Bad public key")
  (error/bad-secret-key 7 "Bad secret key")
  (error/bad-signature 8 "Bad signature")
  (error/bad-ticket 238 "Bad ticket")
  (error/bad-uri 46 "Syntax error in URI")
  (error/bogus-string 250 "Bogus string")
  (error/broken-public-key 195 "Broken public key")
  (error/broken-secret-key 196 "Broken secret key")
  (error/buffer-too-short 200 "Buffer too short")
  (error/bug 59 "Bug")
  (error/canceled 99 "Operation cancelled")
  (error/card 108 "Card error")
  (error/card-not-initialized 123 "Card not initialized")
  (error/card-not-present 112 "Card not present")
  (error/card-removed 110 "Card removed")
  (error/card-reset 109 "Card reset required")
  (error/cert-expired 101 "Certificate expired")
  (error/cert-revoked 94 "Certificate revoked")
  (error/cert-too-large 227 "Certificate is too large")
  (error/cert-too-young 102 "Certificate too young")
  (error/checksum 10 "Checksum error")
  (error/cipher-algo 12 "Invalid cipher algorithm")
  (error/close-notify 236 "Close notification received")
  (error/compr-algo 20 "Unknown compression algorithm")
  (error/compr-failed 231 "Compression or decompression failed")
  (error/configuration 115 "Configuration error")
  (error/conflict 70 "Conflicting use")
  (error/corrupted-protection 106 "Corrupted protection")
  (error/crl-too-old 96 "CRL too old")
  (error/crypt-ctx-conflict 194 "Conflict in the crypto context")
  (error/db-corrupted 218 "Database is corrupted")
  (error/decrypt-failed 152 "Decryption failed")
  (error/digest-algo 5 "Invalid digest algorithm")
  (error/dirmngr 93 "dirmngr error")
  (error/dup-key 189 "Duplicated key")
  (error/dup-name 306 "Duplicated name")
  (error/dup-value 157 "Duplicated value")
  (error/element-not-found 136 "Element not found")
  (error/encoding-problem 155 "Encoding problem")
  (error/engine-too-old 300 "Crypto engine too old")
  (error/eof-gcrypt 64 "EOF (gcrypt)")
  (error/false 256 "False")
  (error/fatal-alert 233 "Fatal alert message received")
  (error/forbidden 251 "Forbidden")
  (error/fully-canceled 198 "Operation fully cancelled")
  (error/general 1 "General error")
  (error/hardware 129 "Hardware problem")
  (error/identifier-not-found 137 "Identifier not found")
  (error/incomplete-line 75 "Incomplete line")
  (error/internal 63 "Internal error")
  (error/invalid-argument 45 "Invalid argument")
  (error/invalid-armor 15 "Invalid armor")
  (error/invalid-attr 25 "Invalid attribute")
  (error/invalid-ber 135 "Invalid BER")
  (error/invalid-card 111 "Invalid card")
  (error/invalid-cert-obj 164 "Invalid certificate object")
  (error/invalid-cipher-mode 71 "Invalid cipher mode")
  (error/invalid-cms-obj 144 "Invalid CMS object")
  (error/invalid-crl 133 "Invalid CRL")
  (error/invalid-crl-obj 162 "Invalid CRL object")
  (error/invalid-curve 187 "Invalid elliptic curve")
  (error/invalid-data 79 "Invalid data")
  (error/invalid-engine 150 "Invalid crypto engine")
  (error/invalid-flag 72 "Invalid flag")
  (error/invalid-handle 73 "Invalid handle")
  (error/invalid-id 118 "Invalid ID")
  (error/invalid-index 117 "Invalid index")
  (error/invalid-key-length 44 "Invalid key length")
  (error/invalid-keyinfo 140 "Invalid key info")
  (error/invalid-keyring 34 "Invalid keyring")
  (error/invalid-length 139 "Invalid length")
  (error/invalid-lock-obj 254 "Invalid lock object")
  (error/invalid-mac 169 "Invalid MAC")
  (error/invalid-name 88 "Invalid name")
  (error/invalid-object 65 "Invalid object")
  (error/invalid-oid-string 160 "Invalid OID string")
  (error/invalid-op 61 "Invalid operation code")
  (error/invalid-order 310 "Invalid execution order")
  (error/invalid-packet 14 "Invalid packet")
  (error/invalid-parameter 90 "Invalid parameter")
  (error/invalid-passphrase 31 "Invalid passphrase")
  (error/invalid-record 228 "Invalid record")
  (error/invalid-request 170 "Invalid request")
  (error/invalid-response 76 "Invalid response")
  (error/invalid-session-key 82 "Invalid session key")
  (error/invalid-sexp 83 "Invalid S-expression")
  (error/invalid-state 156 "Invalid state")
  (error/invalid-tag 138 "Invalid tag")
  (error/invalid-time 161 "Invalid time")
  (error/invalid-uri 47 "Invalid URI")
  (error/invalid-user-id 37 "Invalid user ID")
  (error/invalid-value 55 "Invalid value")
  (error/key-disabled 252 "Key disabled")
  (error/key-expired 153 "Key expired")
  (error/key-on-card 253 "Not possible with a card based key")
  (error/keyring-open 13 "Cannot open keyring")
  (error/keyserver 40 "Keyserver error")
  (error/legacy-key 222 "Legacy key")
  (error/limit-reached 183 "Limit reached")
  (error/line-too-long 97 "Line too long")
  (error/locale-problem 166 "A locale function failed")
  (error/locked 173 "Locked")
  (error/mac-algo 197 "Invalid MAC algorithm")
  (error/missing-action 158 "Missing action")
  (error/missing-cert 57 "Missing certificate")
  (error/missing-client-cert 235 "Missing client certificate")
  (error/missing-envvar 303 "Required environment variable not set")
  (error/missing-issuer-cert 185 "Missing issuer certificate")
  (error/missing-key 181 "Missing key")
  (error/missing-value 128 "Missing value")
  (error/module-not-found 159 "ASN.1 module not found")
  (error/name-exists 305 "Name already exists")
  (error/network 48 "Network error")
  (error/no-agent 77 "No agent running")
  (error/no-auth 314 "Not authenticated")
  (error/no-cert-chain 226 "No certificate chain")
  (error/no-cipher 234 "No cipher algorithm")
  (error/no-cms-obj 143 "No CMS object")
  (error/no-crl-known 95 "No CRL known")
  (error/no-crypt-ctx 191 "No crypto context")
  (error/no-data 58 "No data")
  (error/no-dirmngr 92 "No dirmngr")
  (error/no-encoding-method 22 "Invalid encoding method")
  (error/no-encryption-scheme 23 "Invalid encryption scheme")
  (error/no-engine 180 "No crypto engine")
  (error/no-error 0 "Success")
  (error/no-key 221 "No key")
  (error/no-keyserver 186 "No keyserver available")
  (error/no-name 220 "No name")
  (error/no-obj 68 "Missing item in object")
  (error/no-passphrase 177 "No passphrase given")
  (error/no-pin 178 "No PIN given")
  (error/no-pin-entry 85 "No pinentry")
  (error/no-pkcs15-app 113 "No PKCS15 application")
  (error/no-policy-match 116 "No policy match")
  (error/no-prime 21 "Number is not prime")
  (error/no-public-key 9 "No public key")
  (error/no-scdaemon 119 "No SmartCard daemon")
  (error/no-secret-key 17 "No secret key")
  (error/no-signature-scheme 24 "Invalid signature scheme")
  (error/no-user-id 16 "No user ID")
  (error/no-value 26 "No value")
  (error/not-confirmed 114 "Not confirmed")
  (error/not-der-encoded 142 "Not DER encoded")
  (error/not-enabled 179 "Not enabled")
  (error/not-encrypted 51 "Data not encrypted")
  (error/not-found 27 "Not found")
  (error/not-implemented 69 "Not implemented")
  (error/not-initialized 184 "Not initialized")
  (error/not-locked 167 "Not locked")
  (error/not-operational 176 "Not operational")
  (error/not-processed 52 "Data not processed")
  (error/not-supported 60 "Not supported")
  (error/not-trusted 98 "Not trusted")
  (error/nothing-found 126 "Nothing found")
  (error/obj-term-state 225 "Object is in termination state")
  (error/pin-blocked 130 "PIN blocked")
  (error/pin-entry 86 "pinentry error")
  (error/pin-not-synced 132 "PINs are not synced")
  (error/protocol-violation 168 "Protocol violation")
  (error/public-key-algo 4 "Invalid public key algorithm")
  (error/public-key-not-trusted 151 "Public key not trusted")
  (error/request-too-long 224 "Request too long")
  (error/request-too-short 223 "Request too short")
  (error/resource-limit 33 "Resources exhausted")
  (error/scdaemon 120 "SmartCard daemon error")
  (error/selftest-failed 50 "Selftest failed")
  (error/server-failed 219 "Server indicated a failure")
  (error/sexp-bad-character 205 "Bad character in S-expression")
  (error/sexp-bad-hex-char 211 "Bad hexadecimal character in S-expression")
  (error/sexp-bad-oct-char 213 "Bad octal character in S-expression")
  (error/sexp-bad-quotation 206 "Bad quotation in S-expression")
  (error/sexp-invalid-len-spec 201 "Invalid length specifier in S-expression")
  (error/sexp-nested-dh 208 "Nested display hints in S-expression")
  (error/sexp-not-canonical 204 "S-expression not canonical")
  (error/sexp-odd-hex-numbers 212 "Odd hexadecimal numbers in S-expression")
  (error/sexp-string-too-long 202 "String too long in S-expression")
  (error/sexp-unexpected-punc 210 "Unexpected reserved punctuation in S-expression")
  (error/sexp-unmatched-dh 209 "Unmatched display hints")
  (error/sexp-unmatched-paren 203 "Unmatched parentheses in S-expression")
  (error/sexp-zero-prefix 207 "Zero prefix in S-expression")
  (error/sig-class 32 "Invalid signature class")
  (error/sig-expired 154 "Signature expired")
  (error/subkeys-exp-or-rev 217 "All subkeys are expired or revoked")
  (error/syntax 29 "Syntax error")
  (error/system-bug 666 "System bug detected")
  (error/ticket-expired 237 "Ticket expired")
  (error/time-conflict 39 "Time conflict")
  (error/timeout 62 "Timeout")
  (error/too-large 67 "Provided object is too large")
  (error/too-many 182 "Too many objects")
  (error/too-old 308 "Object is too old")
  (error/too-short 66 "Provided object is too short")
  (error/too-young 307 "Object is too young")
  (error/true 255 "True")
  (error/truncated 74 "Result truncated")
  (error/trustdb 35 "Trust DB error")
  (error/try-later 312 "Try again later")
  (error/unexpected 38 "Unexpected error")
  (error/unexpected-msg 230 "Unexpected message")
  (error/unexpected-tag 141 "Unexpected tag")
  (error/unfinished 199 "Operation not yet finished")
  (error/unknown-algorithm 149 "Unknown algorithm")
  (error/unknown-cms-obj 145 "Unknown CMS object")
  (error/unknown-command 175 "Unknown command")
  (error/unknown-crit-extn 172 "Unknown critical extension")
  (error/unknown-curve 188 "Unknown elliptic curve")
  (error/unknown-extn 171 "Unknown extension")
  (error/unknown-flag 309 "Unknown flag")
  (error/unknown-host 49 "Unknown host")
  (error/unknown-identity 239 "Unknown identity")
  (error/unknown-name 165 "Unknown name")
  (error/unknown-option 174 "Unknown option")
  (error/unknown-packet 2 "Unknown packet")
  (error/unknown-sexp 104 "Unknown S-expression")
  (error/unknown-version 3 "Unknown version in packet")
  (error/unsupported-algorithm 84 "Unsupported algorithm")
  (error/unsupported-cert 103 "Unsupported certificate")
  (error/unsupported-cms-obj 146 "Unsupported CMS object")
  (error/unsupported-cms-version 148 "Unsupported CMS version")
  (error/unsupported-crl-version 163 "Unsupported CRL version")
  (error/unsupported-encoding 147 "Unsupported encoding")
  (error/unsupported-operation 124 "Unsupported operation")
  (error/unsupported-protection 105 "Unsupported protection")
  (error/unsupported-protocol 121 "Unsupported protocol")
  (error/unusable-public-key 53 "Unusable public key")
  (error/unusable-secret-key 54 "Unusable secret key")
  (error/use-conditions 131 "Conditions of use not satisfied")
  (error/user-id-exists 304 "User ID already exists")
  (error/value-not-found 28 "Value not found")
  (error/weak-key 43 "Weak encryption key")
  (error/window-too-large 302 "Screen or window too large")
  (error/window-too-small 301 "Screen or window too small")
  (error/would-wrap 232 "A counter would wrap")
  (error/wrong-blob-type 127 "Wrong blob type")
  (error/wrong-card 91 "Wrong card")
  (error/wrong-crypt-ctx 192 "Wrong crypto context")
  (error/wrong-key-usage 125 "Wrong key usage")
  (error/wrong-name 313 "Wrong name")
  (error/wrong-public-key-algo 41 "Wrong public key algorithm")
  (error/wrong-secret-key 18 "Wrong secret key used"))
