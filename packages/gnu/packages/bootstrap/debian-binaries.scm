;;; Commentary:
;;;
;;; Binary packages of Debian bookworm, main suite, point release 12.15, amd64, that toolchains are made of whose own
;;; sources want an earlier version of themselves: as in the seed (seed.json), never of the security suite, whose files
;;; disappear.
;;;
;;; Code:

(define-module (gnu packages bootstrap debian-binaries)
  #:use-module (guix download)
  #:use-module (guix packages)
  #:use-module (ice-9 match)
  #:export (debian-binaries))

(define %binaries
  ;; Name, path below pool/main, hash.
  '((ant "a/ant/ant_1.10.13-1_all.deb"
     "1z6sd2szib94izsdfb5dlykqfghhr4zyifpsva508wwl7avc26r2")
    (bc "b/bc/bc_1.07.1-3+b1_amd64.deb"
     "1b01mr4qhm4nlsbqzn99hvmx8yy6vnhygx7jsibwsfsybj9lxams")
    (bison "b/bison/bison_3.8.2+dfsg-1+b1_amd64.deb"
     "1s636dh0m9gx7xr4jk00fxl91d683fampfhm6jivylwwa7bsy554")
    (cargo "c/cargo/cargo_0.66.0+ds1-1_amd64.deb"
     "0faw55ysm004h2rr8pp2m7jsqar3pjpnirgp0w3sw7ypkqy5h4ib")
    (cmake "c/cmake/cmake_3.25.1-1_amd64.deb"
     "0zqxayqjzp1id1bh40rfa1li1krbpaqzsmv0d549xw2m70312yi5")
    (cmake-data "c/cmake/cmake-data_3.25.1-1_all.deb"
     "18whllp7jp5z5708rd503i3lg5yr4lp3wrgald8xakx99mlzjwc3")
    (desktop-file-utils "d/desktop-file-utils/desktop-file-utils_0.26-1_amd64.deb"
     "0icpsss2l9m6yhqvgsa5cj9cram7429q3kd3xzpa9r71w9yl3yc4")
    (emacs-bin-common "e/emacs/emacs-bin-common_28.2+1-15+deb12u4_amd64.deb"
     "06wm0z7h60yva2ywzvjmkn0vx1lqccfgb04cgi7khadjaah93fcb")
    (emacs-common "e/emacs/emacs-common_28.2+1-15+deb12u4_all.deb"
     "1kz93vanmizrg3gw5xddzv7pa82yw9x9sa2h3j264ffqhm80ga9m")
    (emacs-el "e/emacs/emacs-el_28.2+1-15+deb12u4_all.deb"
     "0ng5mlxjxl9pc95fgh8y1xqs64pq6zxqbksv3whm1wdrwp03jyfh")
    (emacs-nox "e/emacs/emacs-nox_28.2+1-15+deb12u4_amd64.deb"
     "19i9g6iqiyvk5swn5qs297ibrh27lkw8zspi43j4prcvq2k1p6q4")
    (fontconfig-config "f/fontconfig/fontconfig-config_2.14.1-4_amd64.deb"
     "1gnxvx5a1x5ab6krfs01inhfkq1xnc1plv1a52h4bw4mdgj6c718")
    (gettext "g/gettext/gettext_0.21-12_amd64.deb"
     "035n2dsxgxbj6hxajnd57bb8hj5vmw9hml2i3wqwwwskax1rs7wc")
    (gettext-base "g/gettext/gettext-base_0.21-12_amd64.deb"
     "1dssvpv1298v8alz4jgpcbh0rbvxk1m45l4qxivyc9birix9rcsw")
    (ghc "g/ghc/ghc_9.0.2-4_amd64.deb"
     "0zxm1am74ymlrmwym7afz11m75hpyxcadr146kwimma6hvv55qad")
    (groff-base "g/groff/groff-base_1.22.4-10_amd64.deb"
     "1l6avpqfx1r03d7sx1l9vipvyxpwd8f03m9hq1bazgfcpiaqpqrx")
    (libacl1 "a/acl/libacl1_2.3.1-3_amd64.deb"
     "1qp58ka8cx2rg8w0vqmkqwzxspksyj720gdywa8gwjqijmbxzscb")
    (libarchive13 "liba/libarchive/libarchive13_3.6.2-1+deb12u4_amd64.deb"
     "1ww7r684sianwhh7dbr8r5jchad02wf8gnc0kgzz3zg5m9dz9b6f")
    (libasound2 "a/alsa-lib/libasound2_1.2.8-1+b1_amd64.deb"
     "0k5gdxkvn86kxdjaapa39jcv2i92h8nh4f94f6csw4bvd83ppis4")
    (libblas3 "l/lapack/libblas3_3.11.0-2_amd64.deb"
     "12m0gbbgvh2734sjvg5bsai4456z2h338nzwv85q0ayhp1c81bls")
    (libblkid-dev "u/util-linux/libblkid-dev_2.38.1-5+deb12u3_amd64.deb"
     "05cn89kinlzh7fv5dyy2d100afjxyinprp5kl16vjdvryim1bjn0")
    (libblkid1 "u/util-linux/libblkid1_2.38.1-5+deb12u3_amd64.deb"
     "0hrrsp346vhk79imc5akbf4sgd298c9fr48gvzycm4ciy9vk622s")
    (libboost-atomic1.74-dev "b/boost1.74/libboost-atomic1.74-dev_1.74.0+ds1-21_amd64.deb"
     "18yxhfnyyfkzdaj0svargh49fmhi0nvrrcc8m1njryzxckyj80n8")
    (libboost-atomic1.74.0 "b/boost1.74/libboost-atomic1.74.0_1.74.0+ds1-21_amd64.deb"
     "04q9yfkbp58358sll744ih78wxc7v5hzi4wj5igx8b9d6miplhaw")
    (libboost-chrono1.74-dev "b/boost1.74/libboost-chrono1.74-dev_1.74.0+ds1-21_amd64.deb"
     "1sbc7k4hk9dvrif7028ll994nidh040a2by3xx5w7zm4r6br64xa")
    (libboost-chrono1.74.0 "b/boost1.74/libboost-chrono1.74.0_1.74.0+ds1-21_amd64.deb"
     "05lggmfn33637m393jyh9l9lsanbziyi7i6xy02lrnl6sa5lvlxa")
    (libboost-date-time1.74-dev "b/boost1.74/libboost-date-time1.74-dev_1.74.0+ds1-21_amd64.deb"
     "05w12gilr28ch9fr5jflwbzanq2imvmfwhsqs3mwm3w2x2h8din4")
    (libboost-date-time1.74.0 "b/boost1.74/libboost-date-time1.74.0_1.74.0+ds1-21_amd64.deb"
     "1yyfgqpgycc4vbmaxa7lxr2fg9aaf3hkkkmsnxdaqvrzlvawfmpw")
    (libboost-filesystem1.74-dev "b/boost1.74/libboost-filesystem1.74-dev_1.74.0+ds1-21_amd64.deb"
     "1r5d9nkk794b6g81j63zbv45691a09ncaqgf3klkwlyixxzzivmj")
    (libboost-filesystem1.74.0 "b/boost1.74/libboost-filesystem1.74.0_1.74.0+ds1-21_amd64.deb"
     "0dx29kg1ipdqj2128i3y9wl0hczhn08azzg4q8yndvm44vncm01y")
    (libboost-iostreams1.74-dev "b/boost1.74/libboost-iostreams1.74-dev_1.74.0+ds1-21_amd64.deb"
     "0bc04azp4y64yw53cgjggy7yfpicxidnlpn7csnpvz0bk9bx7csz")
    (libboost-iostreams1.74.0 "b/boost1.74/libboost-iostreams1.74.0_1.74.0+ds1-21_amd64.deb"
     "11idj2b4yrkdn6f25qny05140j9zpgqi6vwj5ya8isph2ix7w793")
    (libboost-program-options1.74-dev "b/boost1.74/libboost-program-options1.74-dev_1.74.0+ds1-21_amd64.deb"
     "11kc62m5wv9hdkql8h4hyhysnfkf00d05bganb8brs27c8qkmgx1")
    (libboost-program-options1.74.0 "b/boost1.74/libboost-program-options1.74.0_1.74.0+ds1-21_amd64.deb"
     "1dwbvgv2z78cci6jd7nrmwks23inx1brrhpbds9gfkfjj8dldfcl")
    (libboost-random1.74-dev "b/boost1.74/libboost-random1.74-dev_1.74.0+ds1-21_amd64.deb"
     "00npq2x9zw28bkhbwq2hs9yl47rka36fv385dd98mr40q1p5fa6p")
    (libboost-random1.74.0 "b/boost1.74/libboost-random1.74.0_1.74.0+ds1-21_amd64.deb"
     "0b1rs323l310j57zmjhf28ig4y6i1fyi0da5mi9z3yfbz4p1jpsv")
    (libboost-regex1.74-dev "b/boost1.74/libboost-regex1.74-dev_1.74.0+ds1-21_amd64.deb"
     "1svxr1ikpg2ip77n4wlifdq33a6c4hly2j6kb6rszcsvfp4k4z88")
    (libboost-regex1.74.0 "b/boost1.74/libboost-regex1.74.0_1.74.0+ds1-21_amd64.deb"
     "1bkfjrppm8k84xdnzxlr567k2w1py5a0zx4b3dp787x8jqivhnp9")
    (libboost-serialization1.74-dev "b/boost1.74/libboost-serialization1.74-dev_1.74.0+ds1-21_amd64.deb"
     "1nh7jiiddb8l70vypqafgwjgmcj770r5b4bz80lm43j8a2x54syg")
    (libboost-serialization1.74.0 "b/boost1.74/libboost-serialization1.74.0_1.74.0+ds1-21_amd64.deb"
     "0ar3zwky8a34n29kcj7c9h42mlv5068ff5z5fy8pvq6f0svbphkg")
    (libboost-system1.74-dev "b/boost1.74/libboost-system1.74-dev_1.74.0+ds1-21_amd64.deb"
     "0a0lbb3pigh619mxv0j8rj8qzs9vch9h56rz1ibsiya8iihq4ank")
    (libboost-system1.74.0 "b/boost1.74/libboost-system1.74.0_1.74.0+ds1-21_amd64.deb"
     "1gf4zl2m8jhscs7qlgj5vamk6vka6gj0ji70w99a28zcrbqbbbrr")
    (libboost-test1.74-dev "b/boost1.74/libboost-test1.74-dev_1.74.0+ds1-21_amd64.deb"
     "1pcizqh1m531qgyrwx23zl73kw22dqq3hhxfrhgn875mdphd7gkq")
    (libboost-test1.74.0 "b/boost1.74/libboost-test1.74.0_1.74.0+ds1-21_amd64.deb"
     "0q5bn2mjcng9pyhlmy6aaavxhxlqydhwpfxzgw7vrkk06qizlc21")
    (libboost-thread1.74-dev "b/boost1.74/libboost-thread1.74-dev_1.74.0+ds1-21_amd64.deb"
     "0lgvcwvmph7k1dqpk0xr5wc1w614pq0gx3x2x8rbn69l4l9z42bw")
    (libboost-thread1.74.0 "b/boost1.74/libboost-thread1.74.0_1.74.0+ds1-21_amd64.deb"
     "04l9pnrz4vs09rbmyrsm61kfyn85l0g5j43ag1nsf3nvgjcz5hbg")
    (libboost1.74-dev "b/boost1.74/libboost1.74-dev_1.74.0+ds1-21_amd64.deb"
     "14xv5na0zlj87s7rni3iw9agdsfi9w6a5crspmsghf7isw2gw55s")
    (libbrotli1 "b/brotli/libbrotli1_1.0.9-2+b6_amd64.deb"
     "1mz4hsvjvllb3s6v94x2ynx8854flgkkcnrmsdmqfpmaq6p4qfsn")
    (libbsd0 "libb/libbsd/libbsd0_0.11.7-2_amd64.deb"
     "02y6n8258192m1bl5lmswhd4lw6cg5zhz5zc5idshqpr825wqcdv")
    (libbz2-1.0 "b/bzip2/libbz2-1.0_1.0.8-5+b1_amd64.deb"
     "1sssra1wqsga0vbgw8jirhidh0s5p0rj0sbbn8ixa8jbyjirs52l")
    (libcap2 "libc/libcap2/libcap2_2.66-4+deb12u3+b1_amd64.deb"
     "0kxjbd1avx8jwhdrw457ndp01kkgvyq38y24bhm810vl7rklqs4d")
    (libcom-err2 "e/e2fsprogs/libcom-err2_1.47.0-2+b2_amd64.deb"
     "1wi21rlz6mq0fvdcrybp5lfjya9278gl8gnz0k2w1yvqbq0wgfm2")
    (libcurl3-gnutls "c/curl/libcurl3-gnutls_7.88.1-10+deb12u15_amd64.deb"
     "1wvy72nyslbng7a5d8wyg2cgqmzxhb2xsz0qw028g07ph37hwhxz")
    (libcurl4 "c/curl/libcurl4_7.88.1-10+deb12u15_amd64.deb"
     "12ynbcmk4qwh22xdxfgr2nqg5p5y3bwbhlhlryylz70zw16r0hih")
    (libdbus-1-3 "d/dbus/libdbus-1-3_1.14.10-1~deb12u1_amd64.deb"
     "1xim3nxf0dc6vd5z40il9bh3c3k633xfk8bxx1qvdxxrzbjhrvhq")
    (libdouble-conversion3 "d/double-conversion/libdouble-conversion3_3.2.1-1_amd64.deb"
     "02mw3z66h8yw1xjybhwi92q0hd3z39avfxxb9gasir00v478haw0")
    (libdrm2 "libd/libdrm/libdrm2_2.4.114-1+b1_amd64.deb"
     "0wak7cf413nx04jq9pf8p26hs5l3rn53xkr8jvd35flp0xkzn65y")
    (libedit2 "libe/libedit/libedit2_3.1-20221030-2_amd64.deb"
     "1rlwr3ijari0fggkn7g7l5s01xvwffjmf1idn6fjglqn4yzlmw8w")
    (libegl-dev "libg/libglvnd/libegl-dev_1.6.0-1_amd64.deb"
     "1y3fr6qrbpxh2x0mncfwnca32nrbdsb49bmf3svdy9s50bxvzj8f")
    (libegl-mesa0 "m/mesa/libegl-mesa0_22.3.6-1+deb12u2_amd64.deb"
     "1jj0p2x2ihv382xvhdx4r9lr062g47123nijr5nn1l3pyxm406kk")
    (libegl1 "libg/libglvnd/libegl1_1.6.0-1_amd64.deb"
     "08ym6xdmhprmry66dak6737sksjk6n4qbz8ymcr1mzp6yqwqnkgy")
    (libelf-dev "e/elfutils/libelf-dev_0.188-2.1_amd64.deb"
     "1v7bzl01asmy8k6m5ciw8ssx0h2jmi5m4sc360q03g91a2sndjvr")
    (libelf1 "e/elfutils/libelf1_0.188-2.1_amd64.deb"
     "131w1g8m1zdxyfnypn43i9ckjscfj4xqaxd1q733lsv0khvxv6k1")
    (libevdev2 "libe/libevdev/libevdev2_1.13.0+dfsg-1_amd64.deb"
     "1hi44j69qld81g7ca6i443s3llm2wfbqwgjgpsrbmvykrh73m2s1")
    (libexpat1 "e/expat/libexpat1_2.5.0-1+deb12u2_amd64.deb"
     "1j6v61mgdrscmci2fx6m78w1kvlsv8bgb8xq8k2x51iaq8pycm92")
    (libffi-dev "libf/libffi/libffi-dev_3.4.4-1_amd64.deb"
     "1wvdpw06il3aiarhb3q6bw9l9zal1acdhv54139z8j2ixq58kyw9")
    (libffi8 "libf/libffi/libffi8_3.4.4-1_amd64.deb"
     "0jn3lhiw4spp86hn1cxb68s9lckcm27a9smwskkcrz0fqcjnr7vd")
    (libfontconfig1 "f/fontconfig/libfontconfig1_2.14.1-4_amd64.deb"
     "0j86f0p53r2gzgjzf2hw3y1zj9pghsq45i3d24sgar70fk9kivhn")
    (libfontenc1 "libf/libfontenc/libfontenc1_1.1.4-1_amd64.deb"
     "0jyy6plbckic5pgr5cnxmqwk57v9rg2600qpxbhqsjm32vmac2hx")
    (libfreetype6 "f/freetype/libfreetype6_2.12.1+dfsg-5+deb12u4_amd64.deb"
     "0i5ci3qzkicy6zz0lcx6gq67iy8pigz9sgrfclnrja9zyxwy8hw0")
    (libgbm1 "m/mesa/libgbm1_22.3.6-1+deb12u2_amd64.deb"
     "0bmams7qrl4favhc2m58wmm9bh4rbl92k1c4j24i0gkv5c7q88s3")
    (libgccjit0 "g/gcc-12/libgccjit0_12.2.0-14+deb12u1_amd64.deb"
     "0jsaii269a6y0722diw0yrw90i9n876j3s6120z4b9i251ghlby4")
    (libgcrypt20 "libg/libgcrypt20/libgcrypt20_1.10.1-3+deb12u1_amd64.deb"
     "15xvf6nj7x32bvdwp9vk68siisazq0s24wgrlq23jscw2d96b9g7")
    (libgdbm6 "g/gdbm/libgdbm6_1.23-3_amd64.deb"
     "10zq9ddbzz4zg838vshrk49q997a8qpqjryhggk5092k6q9lmzlm")
    (libgfortran5 "g/gcc-12/libgfortran5_12.2.0-14+deb12u1_amd64.deb"
     "1fvgf7xpjwl76jkhmnxckxiv9qz0g8b54jwi00gmqhhcs9sqglv3")
    (libgit2-1.5 "libg/libgit2/libgit2-1.5_1.5.1+ds-1+deb12u1_amd64.deb"
     "1bxksjlgh1fakg58pa6z4fdfl99nbp8mchsa0arhx6bkghajb80z")
    (libgl-dev "libg/libglvnd/libgl-dev_1.6.0-1_amd64.deb"
     "0gnvnpwaw7rgyl530ybiizpxf1j3vbrqwdfr2khj8fg5ibs2vhgb")
    (libgl1 "libg/libglvnd/libgl1_1.6.0-1_amd64.deb"
     "1467n8cwrm7c5r5x3cr8zhldichsisngzhdkgd1s5sa85iqb32bg")
    (libglapi-mesa "m/mesa/libglapi-mesa_22.3.6-1+deb12u2_amd64.deb"
     "1i3bsw3kvrfmry4pykf6im94fv4b6fj7zb8plkwl4h3zdcxb3d9d")
    (libglib2.0-0 "g/glib2.0/libglib2.0-0_2.74.6-2+deb12u9_amd64.deb"
     "0npfzycxj7787nkpvfjh010fxgmim9crmcj2wd8f32axd2bm3y3z")
    (libglib2.0-bin "g/glib2.0/libglib2.0-bin_2.74.6-2+deb12u9_amd64.deb"
     "0qah445qp8pb8s5wglamqlmcawhqrz5vgyf50ny58wqp38kqjds5")
    (libglib2.0-dev "g/glib2.0/libglib2.0-dev_2.74.6-2+deb12u9_amd64.deb"
     "1k8w02915fk82bjdyraa3qya8gc3ddiw0rvx9y418gjmf3qncxr1")
    (libglib2.0-dev-bin "g/glib2.0/libglib2.0-dev-bin_2.74.6-2+deb12u9_amd64.deb"
     "1id562h9f3i9aq508j49cmw08w4jgl6zzmx0f3ir9l88mfildp02")
    (libglu1-mesa "libg/libglu/libglu1-mesa_9.0.2-1.1_amd64.deb"
     "0hjip5p35ddzv20if28cr3n9632v425rc1bzflcmghy1a7ysb0cg")
    (libglvnd0 "libg/libglvnd/libglvnd0_1.6.0-1_amd64.deb"
     "1y3mgi1c5a5xkas5sdkwf1lc01gwn4nj89dybxg8nbfn7lampnmn")
    (libglx-dev "libg/libglvnd/libglx-dev_1.6.0-1_amd64.deb"
     "0pid7qf9hhgn8lli186akw664qms5j5klirdj5xz3bqnlfrsj6my")
    (libglx-mesa0 "m/mesa/libglx-mesa0_22.3.6-1+deb12u2_amd64.deb"
     "147chpxjzlqbxxnggbxv26vwjx27mdbpdb9n0z1qc2hs3ykgzrw8")
    (libglx0 "libg/libglvnd/libglx0_1.6.0-1_amd64.deb"
     "15mqhf9p62vrzbdz693imprx9q0j4587ajl3csp47pyyfggnixcm")
    (libgmp-dev "g/gmp/libgmp-dev_6.2.1+dfsg1-1.1_amd64.deb"
     "1h7clxxx51xfcs2n8yf8y37vqbh922fcpqmfq9bk7pc4pz8rsax1")
    (libgmp10 "g/gmp/libgmp10_6.2.1+dfsg1-1.1_amd64.deb"
     "1gc26j4rr7kk0426dppfqwrpcrqrjwxpa8z5q4jz8qyp5vpysyhq")
    (libgnutls30 "g/gnutls28/libgnutls30_3.7.9-2+deb12u7_amd64.deb"
     "13igj8xwafkyahhinpk2778ikkfchd0a604hgqnivssgha6frarh")
    (libgpg-error0 "libg/libgpg-error/libgpg-error0_1.46-1_amd64.deb"
     "1npa1hvfdspgxg3c8gllz3pi4raa9h4jzibgyipcww3k3phlx549")
    (libgpm2 "g/gpm/libgpm2_1.20.7-10+b1_amd64.deb"
     "0w9mqhnipb2jqqz3knnlbcbnbnv48nhi3balw7lq80in8xjj7h9a")
    (libgraphite2-3 "g/graphite2/libgraphite2-3_1.3.14-1+deb12u1_amd64.deb"
     "1p2qx32mpnyciczhc67414hc1wl5i6q2gbj1y3pbg399m5mpz6n1")
    (libgssapi-krb5-2 "k/krb5/libgssapi-krb5-2_1.20.1-2+deb12u5_amd64.deb"
     "1lh76q2cagdcvnn41pkk7fp1b0r2yr7w8a0sq0bb8mmrj7m7mf6q")
    (libgudev-1.0-0 "libg/libgudev/libgudev-1.0-0_237-2_amd64.deb"
     "0flqap6vwmy8dgl38dlacwgiycl47pwx528rplcl2w6j40s7xhwz")
    (libharfbuzz0b "h/harfbuzz/libharfbuzz0b_6.0.0+dfsg-3_amd64.deb"
     "0wbfj6m4psdqk6gh8skbhv38qp526qcmn1v644nrqyz6gqmi7kmz")
    (libhogweed6 "n/nettle/libhogweed6_3.8.1-2_amd64.deb"
     "156ba22xq1mc5q0d18c8kcn36fqdfb6jsijs99s1kd9cig18b0gd")
    (libhttp-parser2.9 "h/http-parser/libhttp-parser2.9_2.9.4-5_amd64.deb"
     "0n9v30qhw9lkqwgickfdw4962c9yvybkg61hg7fwyg4ggc25n14q")
    (libice6 "libi/libice/libice6_1.0.10-1_amd64.deb"
     "0w7rpgi8f1yz2hmyw01f2igdhdwwmq0016arpn327m69cpjrc9s5")
    (libicu72 "i/icu/libicu72_72.1-3+deb12u1_amd64.deb"
     "127gviyrw7396rpqppcb1i6c88hxw69zqir4vwa5j0kvdnfgkxpp")
    (libidn2-0 "libi/libidn2/libidn2-0_2.3.3-1+b1_amd64.deb"
     "1ylaj7a64gqg03g55jp1fzf5jgsxnh3da5vq89kxd0s0hbaic1ym")
    (libinput10 "libi/libinput/libinput10_1.22.1-1+deb12u1_amd64.deb"
     "166606i4fc4q9zavhsaxkk0i9pmnr3f98188bl8zrbc3mrasza3z")
    (libisl23 "i/isl/libisl23_0.25-1.1_amd64.deb"
     "03nswha531p492ybwr6lf13yx5vf6qck0llp84i78312icphpzzb")
    (libjansson4 "j/jansson/libjansson4_2.14-2_amd64.deb"
     "0r3qq9gyf8vkyi4m7b9jz2g430ql9m5hgxhxjfwvqdqskwpp9j9z")
    (libjpeg62-turbo "libj/libjpeg-turbo/libjpeg62-turbo_2.1.5-2_amd64.deb"
     "1bcwp9fb41zjcqmm4mlhacdyakcj3381wdzqv2nl58w90wa31v4m")
    (libjsoncpp25 "libj/libjsoncpp/libjsoncpp25_1.9.5-4_amd64.deb"
     "1i9129mjv41sp609aqgzpy9jy08lnfvg4aqiwfdmfw3lwsf6pc2a")
    (libk5crypto3 "k/krb5/libk5crypto3_1.20.1-2+deb12u5_amd64.deb"
     "01ngai5zr6ymifr77v2cll4adswa63c36x8kavadr72wbk8lfvkv")
    (libkeyutils1 "k/keyutils/libkeyutils1_1.6.3-2_amd64.deb"
     "0qrm6y65igcqpmqf9smsf6kxmvgg4l732hzqlk3g6kx5lzk8kb6g")
    (libkpathsea6 "t/texlive-bin/libkpathsea6_2022.20220321.62855-5.1+deb12u2_amd64.deb"
     "0yab2bdz0zh085ina0k8qqiqa8f64nm9w7zc9layk1vvpv4lsg7q")
    (libkrb5-3 "k/krb5/libkrb5-3_1.20.1-2+deb12u5_amd64.deb"
     "0lvn5xyk3jms703lh7pk9wlbfy5kkjjh5madnlhz46kh16z02269")
    (libkrb5support0 "k/krb5/libkrb5support0_1.20.1-2+deb12u5_amd64.deb"
     "1ar8yjq5lb453vwcwggrr3b8zgzm59bqy4bvcl6s2qflv3r0b74b")
    (liblapack3 "l/lapack/liblapack3_3.11.0-2_amd64.deb"
     "0zbx28z0bc2y5yvj5igqhq66m6mmdll6kkcb3kcl40pf6sfbmd2c")
    (liblcms2-2 "l/lcms2/liblcms2-2_2.14-2+deb12u1_amd64.deb"
     "05sz7ssy50xbq8zv8bnwwjzfn0mm23yp4pnrjj0skf35s49zwgik")
    (libldap-2.5-0 "o/openldap/libldap-2.5-0_2.5.13+dfsg-5_amd64.deb"
     "1va7n5fkfw8fiiil24ycs2lfxw03c3f5x54dcaacaja1apv30v2b")
    (libllvm14 "l/llvm-toolchain-14/libllvm14_14.0.6-12_amd64.deb"
     "1a34rxvlr2rmv7d82l2cvqszwh2c6impyrl03g24fgz5rw1n966d")
    (liblz4-1 "l/lz4/liblz4-1_1.9.4-1_amd64.deb"
     "1lw9jgpalg34297zs3n5ip6va44pnlwphab0pllgishxxxnfikb4")
    (liblzma5 "x/xz-utils/liblzma5_5.4.1-1+deb12u1_amd64.deb"
     "1dsfd9aznlcl9nani9r5h98wy65qg6b1kg4jm5v9vj1ynmv8hvgr")
    (libmbedcrypto7 "m/mbedtls/libmbedcrypto7_2.28.3-1_amd64.deb"
     "1gias3l9vr1wwlp6451npy943q5x557166d4rfi6nzmz1bw9acmg")
    (libmbedtls14 "m/mbedtls/libmbedtls14_2.28.3-1_amd64.deb"
     "176s0i5saiblvbwp30bc8pj863gh647vprzsapbqd2k6bjwdy7b2")
    (libmbedx509-1 "m/mbedtls/libmbedx509-1_2.28.3-1_amd64.deb"
     "0fswsdqhx9qvfvgnmmslk29p5hsdmmhgj3pbxygjp262vszbcxrk")
    (libmd0 "libm/libmd/libmd0_1.0.4-2_amd64.deb"
     "1aryl4jyyvdmgb03gqzg3bgjn1m9xm96x98k3l82g7jh1k9rylq3")
    (libmd4c0 "m/md4c/libmd4c0_0.4.8-1_amd64.deb"
     "1x5l43wfjrg1mw2dyv5pqsq6qhl4bz9bpjbwvybcxhmy28gly8xc")
    (libmount-dev "u/util-linux/libmount-dev_2.38.1-5+deb12u3_amd64.deb"
     "0kzx2cm26m16k617c8nhp6a66fihnpq08lgydsw7dn5s9z9gwyk9")
    (libmount1 "u/util-linux/libmount1_2.38.1-5+deb12u3_amd64.deb"
     "1hr3qfm3x4fvydl9n3vhqxk7r7b0ns87fxg9vmd84lb901mjsvpl")
    (libmpc3 "m/mpclib3/libmpc3_1.3.1-1_amd64.deb"
     "101gwmwqcwahj19k4px10a3pzlsqijhk946br2qgji0fg529bxyp")
    (libmpfr6 "m/mpfr4/libmpfr6_4.2.0-1_amd64.deb"
     "0yyp995cmh5nq888984ban0qxxc4djwjfzvpfjhbd448wysa5drp")
    (libmtdev1 "m/mtdev/libmtdev1_1.1.6-1_amd64.deb"
     "0kaimwak7gvd11h1hd3lh3ryaagn739ixqmmxj9d8g9rrv090r8p")
    (libnettle8 "n/nettle/libnettle8_3.8.1-2_amd64.deb"
     "0q827xdk7r8hpxhs8lnm0br6y8w4kqavjardz7q95zcz51p2x4j5")
    (libnghttp2-14 "n/nghttp2/libnghttp2-14_1.52.0-1+deb12u3_amd64.deb"
     "0gwy2id6wfzydhyj0cwyjdg4kinvxkk7k6c6xnxc2lbywp73cmss")
    (libopengl-dev "libg/libglvnd/libopengl-dev_1.6.0-1_amd64.deb"
     "0sckzfcpp634ricar85qq6xv0ikzfs288vwrjmzy54gmw9ywvma3")
    (libopengl0 "libg/libglvnd/libopengl0_1.6.0-1_amd64.deb"
     "04shr2abray183kdn8svsndcgn2isrpl5f337ndv1f6ymmdcnwfw")
    (libp11-kit0 "p/p11-kit/libp11-kit0_0.24.1-2_amd64.deb"
     "08kvh3qf7i7w9fq0jz5si5p8lz031i5izd6d1w33y0dzvpx304r5")
    (libpaper1 "libp/libpaper/libpaper1_1.1.29_amd64.deb"
     "078s55m0r99nzyl31a9nan1x0vkq2f994ki5j5ysrxlix2wwqda7")
    (libpcre2-16-0 "p/pcre2/libpcre2-16-0_10.42-1_amd64.deb"
     "0x9654ayxpw1w1nczspfzz38iwp6dcgkzk9w2f7wsbhhrybj12ak")
    (libpcre2-32-0 "p/pcre2/libpcre2-32-0_10.42-1_amd64.deb"
     "0c8css5j0c216ln5r2w79lv7z9ypdkwmgx4xfgfq0gwzp10jkpfa")
    (libpcre2-8-0 "p/pcre2/libpcre2-8-0_10.42-1_amd64.deb"
     "0dgrp8nvaqvv5ikjv55aqyrkl8x0zsg5zsz8y0mzxkbn9m7va383")
    (libpcre2-dev "p/pcre2/libpcre2-dev_10.42-1_amd64.deb"
     "0mwjr7qyy2affqjcrq4yy7d6rw4q1mpl4rhm59s8zbns4rd4izzh")
    (libpcre2-posix3 "p/pcre2/libpcre2-posix3_10.42-1_amd64.deb"
     "1pi393829l5c9jn5nk3gml0lpykaavfafkvp2jvz9f70jzg1cklh")
    (libpipeline1 "libp/libpipeline/libpipeline1_1.5.7-1_amd64.deb"
     "076l7qf176s06g24wwna5mi95bx0yckdbjrbxq37kp6xhgpld770")
    (libpng16-16 "libp/libpng1.6/libpng16-16_1.6.39-2+deb12u5_amd64.deb"
     "0y4r6lq1m4b580clrcz6a795zzg6cag90irkp2pjm8cxmazn8vd5")
    (libpsl5 "libp/libpsl/libpsl5_0.21.2-1_amd64.deb"
     "1yqsk058c5638vc04hkg5wgn4521fhcqfx2pn1afgr0409hka3ag")
    (libptexenc1 "t/texlive-bin/libptexenc1_2022.20220321.62855-5.1+deb12u2_amd64.deb"
     "12h4vbwkqp0fmgg6fpyb7almmlrkyvpd7pabnlaqm64062v6rxg3")
    (libpthread-stubs0-dev "libp/libpthread-stubs/libpthread-stubs0-dev_0.4-1_amd64.deb"
     "1sgxbnx5fi6d96w92cpml168q0wifda5l6c7d9jl72hy1qb2yqsl")
    (libqt5concurrent5 "q/qtbase-opensource-src/libqt5concurrent5_5.15.8+dfsg-11+deb12u3_amd64.deb"
     "0ap3m3d64azd5748barm38iwdnmbql1nsra0m0pqzbxcx88cjly1")
    (libqt5core5a "q/qtbase-opensource-src/libqt5core5a_5.15.8+dfsg-11+deb12u3_amd64.deb"
     "13mmvbid6ajgv2hv1zqbkkh3zwafcrk4sabk10yz6907m9ljzs27")
    (libqt5dbus5 "q/qtbase-opensource-src/libqt5dbus5_5.15.8+dfsg-11+deb12u3_amd64.deb"
     "1xhl8dqzsb7rrdjzhq338114s9vipji77qkl6dn93vc5dis9jd0y")
    (libqt5gui5 "q/qtbase-opensource-src/libqt5gui5_5.15.8+dfsg-11+deb12u3_amd64.deb"
     "032z6khcirqchd6kki1nyl1zr5a8b0hz551xaij2a8r233p12w5n")
    (libqt5network5 "q/qtbase-opensource-src/libqt5network5_5.15.8+dfsg-11+deb12u3_amd64.deb"
     "1a0rldbdqpz2v3zi2di2ma5ff44rjfkr8x9396gvv85cq0bsc9va")
    (libqt5printsupport5 "q/qtbase-opensource-src/libqt5printsupport5_5.15.8+dfsg-11+deb12u3_amd64.deb"
     "0svhlzz83wghnma7sjghxrw20309m4h6nzqiq09myxw60pfgrqb5")
    (libqt5sql5 "q/qtbase-opensource-src/libqt5sql5_5.15.8+dfsg-11+deb12u3_amd64.deb"
     "1an76l4lkyn5pb0bfvm91bs9hc2ikanprqw2my38gxbbbfpi2c5s")
    (libqt5test5 "q/qtbase-opensource-src/libqt5test5_5.15.8+dfsg-11+deb12u3_amd64.deb"
     "0ipgxmbnjsgznll8dwrapkdifzlcmpz65hg03h3wq069h76x6avm")
    (libqt5widgets5 "q/qtbase-opensource-src/libqt5widgets5_5.15.8+dfsg-11+deb12u3_amd64.deb"
     "0ddkksg6g3zbbsyvmfiq0px9zbwmpkd74dd49myx42sxjg176pga")
    (libqt5xml5 "q/qtbase-opensource-src/libqt5xml5_5.15.8+dfsg-11+deb12u3_amd64.deb"
     "057h7iygfn1qhzl7am16iwpdbhyhly92l9bxzr619xd3ici0z1mn")
    (libreadline8 "r/readline/libreadline8_8.2-1.3_amd64.deb"
     "0rkf91j2m38c2lbb7s3zy20yh983przr2vcdz7dnix0wf39vnbp0")
    (librhash0 "r/rhash/librhash0_1.4.3-3_amd64.deb"
     "0alx1w4x7dfh9k4bxlw8mag2z82jcd5xjpx7yfm4lwyl3yjlifnr")
    (librtmp1 "r/rtmpdump/librtmp1_2.4+20151223.gitfa8646d.1-2+b2_amd64.deb"
     "11qwz4yis701i64hzgra71f8pgj3nq3899f63r16wiicvhh91xp1")
    (libsasl2-2 "c/cyrus-sasl2/libsasl2-2_2.1.28+dfsg-10_amd64.deb"
     "1yif2p25li3jnfs6gk1sqws98i5ri1rk9j6j87s7m3czsc51kvhi")
    (libseccomp2 "libs/libseccomp/libseccomp2_2.5.4-1+deb12u1_amd64.deb"
     "13d3xklpj1yhbh16bqxnlyz09m1p3f5120fqa6xgjz6aaxwyd3qh")
    (libselinux1 "libs/libselinux/libselinux1_3.4-1+b6_amd64.deb"
     "0ps2xlg0cgdbnh3kb3s0db2xllhnriq4svmmb00z81cigclga1rb")
    (libselinux1-dev "libs/libselinux/libselinux1-dev_3.4-1+b6_amd64.deb"
     "01k2cls4rikwg9rblrjz6khcxkh3wwqglfx56cgvn6csq38prmpg")
    (libsepol-dev "libs/libsepol/libsepol-dev_3.4-2.1_amd64.deb"
     "12gsky9ba2zr03xx8baz3zzxwi39a134gj7q2dw74af8sd1j90n3")
    (libsepol2 "libs/libsepol/libsepol2_3.4-2.1_amd64.deb"
     "0j3bpq80aiy0h8knnw3drgywffz3m9n84qm9hyrrg2l1p5mr965r")
    (libsm6 "libs/libsm/libsm6_1.2.3-1_amd64.deb"
     "1yyc9ya87fxa4vw9x5dzwy40f2lhx8afzv0gyd3360l90j4j1912")
    (libsqlite3-0 "s/sqlite3/libsqlite3-0_3.40.1-2+deb12u2_amd64.deb"
     "1qj17lld902lq2q9092kyfngchy2vzjf1gzf98i25r5lx508pmx8")
    (libsqlite3-dev "s/sqlite3/libsqlite3-dev_3.40.1-2+deb12u2_amd64.deb"
     "0qvm62a8bjpiw8x28zdza8lvvvp30qpaxbf7l8070w9y23mm1ddg")
    (libssh2-1 "libs/libssh2/libssh2-1_1.10.0-3+b1_amd64.deb"
     "092gym1qv5qfq5li2ppzghs35sn2qblyd2qy72yxhjm89zikw2nj")
    (libssl3 "o/openssl/libssl3_3.0.20-1~deb12u2_amd64.deb"
     "09d0pnjsf3yfarq40bnrbqqq13l07l56ixfawzk8wmpz3fs29gl9")
    (libstd-rust-1.63 "r/rustc/libstd-rust-1.63_1.63.0+dfsg1-2_amd64.deb"
     "13j4haj5hfy69qwrsy3aqh13fi4n5s716gv2i4ipwh6d8llc0w1r")
    (libstd-rust-dev "r/rustc/libstd-rust-dev_1.63.0+dfsg1-2_amd64.deb"
     "1x4y0c1qhacxf7zx7qaxr0ffhblxgjwf6mmpwabxxgmnq9pa0mfy")
    (libsynctex2 "t/texlive-bin/libsynctex2_2022.20220321.62855-5.1+deb12u2_amd64.deb"
     "1xwxx278wb5hxx7f1vgk3wwlj5dflcwdi8jnwpnv8d0fx65pszax")
    (libsystemd0 "s/systemd/libsystemd0_252.39-1~deb12u2_amd64.deb"
     "02hvi969ajh95k787i6vhp845am6jn303660snr36jcy998hfg01")
    (libtasn1-6 "libt/libtasn1-6/libtasn1-6_4.19.0-2+deb12u1_amd64.deb"
     "1nmg036q9n52gac6bambgzi6wbrqsfirx0rjjk84iqlvnq9wc9rc")
    (libtexlua53-5 "t/texlive-bin/libtexlua53-5_2022.20220321.62855-5.1+deb12u2_amd64.deb"
     "1bvix0k54q4b5j02vajj56g9dnccjiaxi2iv6i5bj427gdpizs2l")
    (libtexluajit2 "t/texlive-bin/libtexluajit2_2022.20220321.62855-5.1+deb12u2_amd64.deb"
     "1mmmzpcf820rg00362a09v0zw753whdw608rnrb49n4h06w49bbg")
    (libtinfo6 "n/ncurses/libtinfo6_6.4-4_amd64.deb"
     "0lcslicnhhjip3098l733z37v5dj8qxzlnna5359047m727r0b87")
    (libtirpc3 "libt/libtirpc/libtirpc3_1.3.3+ds-1_amd64.deb"
     "1iz1y7gwa386vyc61kcj9ypdxmj02y9l0mzzzqgs2va8x6jxaiia")
    (libuchardet0 "u/uchardet/libuchardet0_0.0.7-1_amd64.deb"
     "132sqcj9akia0wmgrxkn4fh918yccgk996ssn20zylplgk7865ar")
    (libunistring2 "libu/libunistring/libunistring2_1.0-2_amd64.deb"
     "0ld9jnnp30a04y7mj4cfjddzcz4wmmy7g78x7iwlsxhx07zbnrnl")
    (libuuid1 "u/util-linux/libuuid1_2.38.1-5+deb12u3_amd64.deb"
     "1bxfvsrcc79bqffh4b4n4hby4anpjg8spjrbhj5d4qns461kkzsz")
    (libuv1 "libu/libuv1/libuv1_1.44.2-1+deb12u1_amd64.deb"
     "1zgpjfiz508bjzdkhn6rx2b6dwmnv99pm20pjg8yci2b6l9hwkr0")
    (libwacom9 "libw/libwacom/libwacom9_2.6.0-1_amd64.deb"
     "05nrwhp5xslxwknjdmld3wm8avblc8yjzfqzvdkz606sb5cdfz1r")
    (libwayland-client0 "w/wayland/libwayland-client0_1.21.0-1_amd64.deb"
     "13d2qn8i6sq832zbxhjci26gw3fihs46sqvwhk4ywycbic12s00z")
    (libwayland-server0 "w/wayland/libwayland-server0_1.21.0-1_amd64.deb"
     "1mmqdvsxfphap80nbay0idj6ar1bx3x63v47lsb48ybv3li9c0yz")
    (libx11-6 "libx/libx11/libx11-6_1.8.4-2+deb12u2_amd64.deb"
     "1x49b7rir4ghmh18d9didrxf8mr7jm142qkpin1nb6zxg4z9g36q")
    (libx11-data "libx/libx11/libx11-data_1.8.4-2+deb12u2_all.deb"
     "1481hfxrmdpq7fmi8cmmqqabn43gaaq7321nhr0qwd8wxf588ylq")
    (libx11-dev "libx/libx11/libx11-dev_1.8.4-2+deb12u2_amd64.deb"
     "1y9gc4l8r1d0qkxr90rnrjpks4680jrfxxpjl43ikbq98c6j54w4")
    (libx11-xcb1 "libx/libx11/libx11-xcb1_1.8.4-2+deb12u2_amd64.deb"
     "1668fq564ahfr6jih3qsgy3li8kiqhl3yqcn18jr79w1v3hlbnpm")
    (libxau-dev "libx/libxau/libxau-dev_1.0.9-1_amd64.deb"
     "1fr4v37jxvrzj1jww4l70wyya1a5fja2hlcd5qxrp1z0hkagb9yi")
    (libxau6 "libx/libxau/libxau6_1.0.9-1_amd64.deb"
     "0l27f5frjfr3arnalns6ym5jxsxd522sxsmdg48cdiwyaz2b37b7")
    (libxcb-dri2-0 "libx/libxcb/libxcb-dri2-0_1.15-1_amd64.deb"
     "01aqidqc7zyjnfvci10xvk9daaaib13yfcp43n6x7809ksm5jjgg")
    (libxcb-dri3-0 "libx/libxcb/libxcb-dri3-0_1.15-1_amd64.deb"
     "0acsxs3bwxwn5ggrcpfjw9k7nklg9fc7cynj6s3dwrwl9ca9ns82")
    (libxcb-glx0 "libx/libxcb/libxcb-glx0_1.15-1_amd64.deb"
     "1yil9agya240dgl9izhg1pkrphlyz77883x5gxgzm4rd57y5bkhv")
    (libxcb-icccm4 "x/xcb-util-wm/libxcb-icccm4_0.4.1-1.1_amd64.deb"
     "1zyqcac3av7safya0rdx3i1qmkvdvcwyrbsg0spfbm2cn161j8zk")
    (libxcb-image0 "x/xcb-util-image/libxcb-image0_0.4.0-2_amd64.deb"
     "1lb08hmh132fjjfrz40rv32gqnvmpja2bkgxcnh2qrzpmqpm4xd4")
    (libxcb-keysyms1 "x/xcb-util-keysyms/libxcb-keysyms1_0.4.0-1+b2_amd64.deb"
     "0jabxdjsy1plc6kq6flns9fjpj5m91id2khcs083prm3p5nl7ldf")
    (libxcb-present0 "libx/libxcb/libxcb-present0_1.15-1_amd64.deb"
     "1rdn33j6jrsqd0qb8rv3aqlj1z8v91cj96v01lwvj5sdg9i3wf49")
    (libxcb-randr0 "libx/libxcb/libxcb-randr0_1.15-1_amd64.deb"
     "1xcz347z03rkzickr44w74vn4ylvj5jd1s9ki0072a32z27ksvpq")
    (libxcb-render-util0 "x/xcb-util-renderutil/libxcb-render-util0_0.3.9-1+b1_amd64.deb"
     "1s8ayhzrl40a59s8piix1xz6galvbb849w122cplxj357sk3hjxy")
    (libxcb-render0 "libx/libxcb/libxcb-render0_1.15-1_amd64.deb"
     "0fg2illpxwm7h3x55bh6x9yz1f9lynh7kgkqjd03yfg9dg3jrhr9")
    (libxcb-shape0 "libx/libxcb/libxcb-shape0_1.15-1_amd64.deb"
     "1qka1aj7vnv8l9h9x0rq66p4j0jysxmxq3nl8rr2ybnpnhfy7l70")
    (libxcb-shm0 "libx/libxcb/libxcb-shm0_1.15-1_amd64.deb"
     "1rg0zcxwg43dzb9fy1maspqxmpmi50dii6qmfp29b2y7kprcxby1")
    (libxcb-sync1 "libx/libxcb/libxcb-sync1_1.15-1_amd64.deb"
     "0kw401lgdijhi1lw1vppbviasyqk73kshy4b2k88vlr0a9qwwrik")
    (libxcb-util1 "x/xcb-util/libxcb-util1_0.4.0-1+b1_amd64.deb"
     "0vrk6m4fx7hr0bg6al9rdinby9ysmr878zh6j02bxh9azd8syj2c")
    (libxcb-xfixes0 "libx/libxcb/libxcb-xfixes0_1.15-1_amd64.deb"
     "0r0s32nc52n2nzswzrbvzhvf8mp87sms3mkcr40z7g1cmpmsfi6p")
    (libxcb-xinerama0 "libx/libxcb/libxcb-xinerama0_1.15-1_amd64.deb"
     "0b629s5yib0a83ms7dx6wpd22rljr3qapq96w0ibqbp4r8530ci9")
    (libxcb-xinput0 "libx/libxcb/libxcb-xinput0_1.15-1_amd64.deb"
     "1sn0i3hy8q13sv0cpizalxrlrk4m3man0vg7l7gdmbfjz6swf7fi")
    (libxcb-xkb1 "libx/libxcb/libxcb-xkb1_1.15-1_amd64.deb"
     "06zsyr44nw8laijljkrqz04bxdgccdqjlzhs8mdqbcbnhpgg1hhx")
    (libxcb1 "libx/libxcb/libxcb1_1.15-1_amd64.deb"
     "0wfc6jibl3n5rd3vrb5cw31iva8irzlizylwrkrnh8c9lcr17ipx")
    (libxcb1-dev "libx/libxcb/libxcb1-dev_1.15-1_amd64.deb"
     "0n73ralshjikdazbrkrlnhx7dn3y3mvz32hmsc3dmnjg24jc0y60")
    (libxdmcp-dev "libx/libxdmcp/libxdmcp-dev_1.1.2-3_amd64.deb"
     "168npj7b3pc71bavwqsblvh4rwipxgk8nh4fk5hx5bv3cigkwwy6")
    (libxdmcp6 "libx/libxdmcp/libxdmcp6_1.1.2-3_amd64.deb"
     "1vr5kmpanz3v53rb7pbv18av9ny92idmzp5rbfsl6idkbxpm7f7c")
    (libxext6 "libx/libxext/libxext6_1.3.4-1+b1_amd64.deb"
     "19nbb0qblbv97ai0ylvq3a8zpa83kmplvpg8352nykyzszlpnjsh")
    (libxfixes3 "libx/libxfixes/libxfixes3_6.0.0-2_amd64.deb"
     "0b0skvwna8d0l8vph51dvr302ks1bmlvgdg8wrvsxv7jdwwidmhw")
    (libxfont2 "libx/libxfont/libxfont2_2.0.6-1_amd64.deb"
     "11qdqapd90x8f33ssydz2sjmapnw0xm74gk1jrq605f0f10rmcbr")
    (libxkbcommon-x11-0 "libx/libxkbcommon/libxkbcommon-x11-0_1.5.0-1_amd64.deb"
     "1xbz96d1j09lmp545vsk34vz12f4j9jcrgm635a143yay1hdfd4v")
    (libxkbcommon0 "libx/libxkbcommon/libxkbcommon0_1.5.0-1_amd64.deb"
     "0knmqzbl9fycgvs312gnqdav13cj2152m4as3kg0389kk9dh9zp3")
    (libxml2 "libx/libxml2/libxml2_2.9.14+dfsg-1.3~deb12u6_amd64.deb"
     "0fzmxy8b651cc7c8qd8ql37lfis713g7q8bl2f41ba0hvafy6q24")
    (libxrender1 "libx/libxrender/libxrender1_0.9.10-1.1_amd64.deb"
     "06pxxpplyx0b3pg8irjil824gd2rf3bchiqr20h94dcgaxhd39mj")
    (libxshmfence1 "libx/libxshmfence/libxshmfence1_1.3-1_amd64.deb"
     "0k82j8h1kwk2sb6zsqmp9fdpsfrn2xbby9m3z722vlz380p18f0s")
    (libxxf86vm1 "libx/libxxf86vm/libxxf86vm1_1.1.4-1+b2_amd64.deb"
     "1ivnlqjiizmb2zsy232rnyd3068iyziqvxd71w0df9pcm8bajk3g")
    (libz3-4 "z/z3/libz3-4_4.8.12-3.1_amd64.deb"
     "0yig9mxap3yy2svv910369slg2x8hnfh40aqjvhzpg2smljwl8b2")
    (libzstd1 "libz/libzstd/libzstd1_1.5.4+dfsg2-5_amd64.deb"
     "1yhqjg9mw655g4i55c8qcxjwp64k05111gwnzc8af95p72nba5b3")
    (libzzip-0-13 "z/zziplib/libzzip-0-13_0.13.72+dfsg.1-1.1_amd64.deb"
     "15h49qkdcwf83lpa6n4iajkn7qn1bvwcs37db16mj3rjrjlshyyf")
    (man-db "m/man-db/man-db_2.11.2-2_amd64.deb"
     "1spw47i5aq6pyfq22145nagacjfg9wcp3lnin9wbwgi3l1pd2d21")
    (ocaml "o/ocaml/ocaml_4.13.1-4_amd64.deb"
     "1sh4qjb9dwwgrw15f6mlkm22azfv7cdyac4qp15rkf7dqfnl7jlq")
    (ocaml-base "o/ocaml/ocaml-base_4.13.1-4_amd64.deb"
     "1xarrckmzridxzqnfy5855sg93ma76s430ijv20blp84m254pd60")
    (ocaml-compiler-libs "o/ocaml/ocaml-compiler-libs_4.13.1-4_amd64.deb"
     "0i64z2mrlkqybnyyb1nh503f5ibn6ayr68088bc56p7x7n486f5f")
    (ocaml-dune "o/ocaml-dune/ocaml-dune_2.9.3-1_amd64.deb"
     "1q9dsgg5pndvdv0jwjvjyxfivzv3pqp1s0d519nkikdk8svgangy")
    (ocaml-interp "o/ocaml/ocaml-interp_4.13.1-4_amd64.deb"
     "184aaq2ahrjhb03zljsiqpmh1lgl4wkpvvq20az4wnni7lpxc1a8")
    (openjdk-17-jdk-headless "o/openjdk-17/openjdk-17-jdk-headless_17.0.19+10-1~deb12u2_amd64.deb"
     "1615xm4arzn6dlqj10yvqwr1rl96fdxfzahgka1y46ghff9gy3ir")
    (openjdk-17-jre-headless "o/openjdk-17/openjdk-17-jre-headless_17.0.19+10-1~deb12u2_amd64.deb"
     "1m4vdrmbmkh6n9f7xaqrbd40h90ahmvz3hi449mjb9ggszh88xsq")
    (qt5-qmake "q/qtbase-opensource-src/qt5-qmake_5.15.8+dfsg-11+deb12u3_amd64.deb"
     "0lp20wdqzfmzqcd8q1wq2vxy5znax16xwnjy5icjf42cgvqvl1v3")
    (qt5-qmake-bin "q/qtbase-opensource-src/qt5-qmake-bin_5.15.8+dfsg-11+deb12u3_amd64.deb"
     "1nxafkd27hc5y00vx2zsq7rjxdhncrlp3byl5n95n1h8rl71ybgm")
    (qtbase5-dev "q/qtbase-opensource-src/qtbase5-dev_5.15.8+dfsg-11+deb12u3_amd64.deb"
     "0aw0g7wjcnp330w9m7zw6fdm8jpw7gpk706mvi1wwgflinadwl1b")
    (qtbase5-dev-tools "q/qtbase-opensource-src/qtbase5-dev-tools_5.15.8+dfsg-11+deb12u3_amd64.deb"
     "12ldnpw9a2wv1wcxrhb7i9zlrrilpshd0xpcq6kfshki52d7a88d")
    (r-base-core "r/r-base/r-base-core_4.2.2.20221110-2_amd64.deb"
     "0f3ap6g8p95sv6lq4dhmbdbc63yhrscd9iqrj1nx2cwkcgyamj6g")
    (rustc "r/rustc/rustc_1.63.0+dfsg1-2_amd64.deb"
     "1vc9hls2g17kf6m8ys7s9acj07xlpcnzxq7vwv9khghmcs947p96")
    (shared-mime-info "s/shared-mime-info/shared-mime-info_2.2-1_amd64.deb"
     "0swk5f585hrqwazjws245smi8phyk9vxifzymrpmd0rlhzfnl0nx")
    (sqlite3 "s/sqlite3/sqlite3_3.40.1-2+deb12u2_amd64.deb"
     "02crh4dhs46rg4gmm9zd6gfg9za6h6wrd61z7hrqg3x8p1yrzraq")
    (texlive-base "t/texlive-base/texlive-base_2022.20230122-3_all.deb"
     "18khqz7091rcbgmx9fp0q1zjw5izgpsn4lsz1axxlbmc9lvj91xp")
    (texlive-binaries "t/texlive-bin/texlive-binaries_2022.20220321.62855-5.1+deb12u2_amd64.deb"
     "12nmb1izdq5ld1rhp1z4nin1frqwx11f9wdnaiy4zk5ygbmabxll")
    (texlive-latex-base "t/texlive-base/texlive-latex-base_2022.20230122-3_all.deb"
     "1vl85bqanybkaf04dhsb959qdp6rs4pn0as0lb0b8wwq0ixsagah")
    (x11proto-dev "x/xorgproto/x11proto-dev_2022.1-1_all.deb"
     "0j7iqfygddcxfx5grq70fvd1hvwmwz2596wgas51hx0pb6k6darw")
    (xfonts-utils "x/xfonts-utils/xfonts-utils_7.7+6_amd64.deb"
     "1my0xxihixbynkpgaq2g55h9bhl1zdqy3i4q2bjbmxdgghkr1ci0")
    (xkb-data "x/xkeyboard-config/xkb-data_2.35.1-1_all.deb"
     "10p9rxlp2w66c91ybqrm541j5h0kxndc6n5gjgd07x45nxhrr9r8")
    (xtrans-dev "x/xtrans/xtrans-dev_1.4.0-1_all.deb"
     "01lfyddcpc4j6s8f0r2afcpc2d1ryv6i3pa8jdkhrvpscjaazqcw")
    (zlib1g "z/zlib/zlib1g_1.2.13.dfsg-1_amd64.deb"
     "1r4cq33nsijibs64r3sngc3r9whfybpscl3nwbsjgpzy24a1vpfp")
    (zlib1g-dev "z/zlib/zlib1g-dev_1.2.13.dfsg-1_amd64.deb"
     "0kq9ak1kh86nv3djpv0p5a89dgki0473gybak4vxzmfbc0gm7kpr")))

(define (debian-binaries names)
  "Return the origins of the binary packages called NAMES, symbols."
  (map (lambda (name)
         (match (assq-ref %binaries name)
           ((path hash)
            (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/" path))
              ;; A tilde sorts before everything in a version, but may not stand in a store item's name.
              (file-name (string-map (lambda (character)
                                       (if (char=? character #\~) #\- character))
                                     (basename path)))
              (sha256
               (base32 hash))))))
       names))
