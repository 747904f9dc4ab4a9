;;; Names of (guile) whose modules are loaded when one of them is first mentioned: sockets, and what is less used.

(%define-late '(ice-9 networking)
                '(AF_UNSPEC AF_UNIX AF_INET AF_INET6 PF_UNSPEC PF_UNIX PF_INET PF_INET6 SOCK_STREAM SOCK_DGRAM
                  SOCK_RAW SOCK_RDM SOCK_SEQPACKET SOCK_CLOEXEC SOCK_NONBLOCK SOL_SOCKET SO_DEBUG SO_REUSEADDR
                  SO_TYPE SO_ERROR SO_DONTROUTE SO_BROADCAST SO_SNDBUF SO_RCVBUF SO_KEEPALIVE SO_OOBINLINE
                  SO_NO_CHECK SO_PRIORITY SO_LINGER SO_REUSEPORT MSG_OOB MSG_PEEK MSG_DONTROUTE MSG_DONTWAIT
                  IPPROTO_IP IPPROTO_TCP IPPROTO_UDP TCP_NODELAY TCP_CORK IP_MULTICAST_IF IP_MULTICAST_TTL
                  IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP INADDR_ANY INADDR_BROADCAST INADDR_LOOPBACK INADDR_NONE
                  AI_PASSIVE AI_CANONNAME AI_NUMERICHOST AI_V4MAPPED AI_ALL AI_ADDRCONFIG AI_NUMERICSERV
                  EAI_BADFLAGS EAI_NONAME EAI_AGAIN EAI_FAIL EAI_NODATA EAI_FAMILY EAI_SOCKTYPE EAI_SERVICE
                  EAI_ADDRFAMILY EAI_MEMORY EAI_SYSTEM EAI_OVERFLOW EAI_INPROGRESS EAI_CANCELED EAI_NOTCANCELED
                  EAI_ALLDONE EAI_INTR EAI_IDN_ENCODE socket socketpair bind connect listen accept shutdown send
                  recv! sendto recvfrom! getsockopt setsockopt getsockname getpeername make-socket-address
                  sockaddr:fam sockaddr:addr sockaddr:port sockaddr:path sockaddr:flowinfo sockaddr:scopeid
                  inet-pton inet-ntop inet-makeaddr inet-lnaof inet-netof getaddrinfo gai-strerror
                  addrinfo:flags addrinfo:fam addrinfo:socktype addrinfo:protocol addrinfo:addr
                  addrinfo:canonname gethost gethostbyname gethostbyaddr gethostent sethostent endhostent
                  sethost hostent:name hostent:aliases hostent:addrtype hostent:length hostent:addr-list getserv
                  getservbyname getservbyport getservent setservent endservent setserv servent:name
                  servent:aliases servent:port servent:proto getproto getprotobyname getprotobynumber
                  getprotoent setprotoent endprotoent setproto protoent:name protoent:aliases protoent:proto
                  getnet getnetbyname getnetbyaddr getnetent setnetent endnetent setnet netent:name
                  netent:aliases netent:addrtype netent:net select))

(%define-late '(ice-9 posix)
                '(alarm setitimer getitimer pause sigaction restore-signals ttyname ctermid tcgetpgrp tcsetpgrp
                  getpgrp setpgid getsid setsid getpriority setpriority nice getrlimit setrlimit flock sendfile
                  sethostname chroot crypt getpass seteuid setegid setgroups getaffinity setaffinity getpwent
                  setpwent endpwent setpw getgrent setgrent endgrent setgr tmpnam cuserid dynamic-link
                  dynamic-unlink dynamic-object? dynamic-pointer dynamic-func dynamic-call EADDRNOTAVAIL EADV
                  EAFNOSUPPORT EALREADY EBADE EBADFD EBADMSG EBADR EBADRQC EBADSLT EBFONT ECANCELED ECHRNG ECOMM
                  ECONNABORTED EDEADLK EDEADLOCK EDESTADDRREQ EDOTDOT EDQUOT EHOSTDOWN EHOSTUNREACH EHWPOISON
                  EIDRM EILSEQ EISCONN EISNAM EKEYEXPIRED EKEYREJECTED EKEYREVOKED EL2HLT EL2NSYNC EL3HLT EL3RST
                  ELIBACC ELIBBAD ELIBEXEC ELIBMAX ELIBSCN ELNRNG EMEDIUMTYPE EMSGSIZE EMULTIHOP ENAVAIL
                  ENETDOWN ENETRESET ENETUNREACH ENFILE ENOANO ENOBUFS ENOCSI ENODATA ENOKEY ENOLCK ENOLINK
                  ENOMEDIUM ENOMSG ENONET ENOPKG ENOPROTOOPT ENOSR ENOSTR ENOTBLK ENOTCONN ENOTNAM
                  ENOTRECOVERABLE ENOTSOCK ENOTUNIQ EOVERFLOW EOWNERDEAD EPFNOSUPPORT EPROTONOSUPPORT EPROTOTYPE
                  EREMCHG EREMOTE EREMOTEIO ERESTART ERFKILL ESHUTDOWN ESOCKTNOSUPPORT ESRMNT ESTALE ESTRPIPE
                  ETIME ETOOMANYREFS EUCLEAN EUNATCH EUSERS EXFULL F_GETOWN F_SETOWN AT_EMPTY_PATH
                  AT_NO_AUTOMOUNT AT_SYMLINK_FOLLOW ITIMER_PROF ITIMER_REAL ITIMER_VIRTUAL LC_ADDRESS
                  LC_IDENTIFICATION LC_MEASUREMENT LC_NAME LC_PAPER LC_TELEPHONE NSIG O_ASYNC O_DIRECT
                  O_DIRECTORY O_LARGEFILE O_NDELAY O_NOATIME O_NOFOLLOW O_PATH O_SYNC O_TMPFILE PIPE_BUF
                  PRIO_PGRP PRIO_PROCESS PRIO_USER SA_NOCLDSTOP SA_RESTART SIGBUS SIGCLD SIGFPE SIGILL SIGIO
                  SIGIOT SIGPOLL SIGPROF SIGPWR SIGRTMAX SIGRTMIN SIGSTKFLT SIGSTKSZ SIGSYS SIGTRAP SIGTSTP
                  SIGTTIN SIGTTOU SIGURG SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ WAIT_ANY WAIT_MYPGRP O_IGNORE_CTTY
                  O_NOLINK O_NOTRANS))
