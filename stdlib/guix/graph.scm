;;; Commentary:
;;;
;;; Graphs of packages, derivations, store items or anything else: what a kind of node is, walking along edges, and writing
;;; a graph down for Graphviz, D3 or Cypher.  The kinds of nodes there are for packages are in (guix scripts graph).
;;; Interface: (guix graph) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix graph)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module (guix monads)
  #:use-module (guix records)
  #:use-module (guix store)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:export (node-type node-type?
            node-type-identifier node-type-label node-type-edges node-type-convert
            node-type-name node-type-description

            node-edges node-back-edges
            traverse/depth-first node-transitive-edges node-reachable-count
            shortest-path

            graph-backend graph-backend? graph-backend-name graph-backend-description
            %graph-backends %graphviz-backend %d3js-backend
            lookup-backend

            export-graph))

;; Edges, identifiers and conversions are monadic since finding them may take a store.
(define-record-type* <node-type> node-type make-node-type node-type?
  (identifier  node-type-identifier)    ;node -> monadic identifier, compared by `equal?'
  (label       node-type-label)         ;node -> string
  (edges       node-type-edges)         ;node -> monadic list of nodes
  (convert     node-type-convert        ;anything -> monadic list of nodes
               (default (lift1 list %store-monad)))
  (name        node-type-name)          ;string
  (description node-type-description))  ;string


;;; Walking.  Nodes are told apart by `eq?'.

(define (adjacency type nodes insert!)
  "Return, as a monadic value, the procedure from a node to the list of those put beside it: (INSERT! NEIGHBOURS NODE
TARGET) is called for each edge from NODE, one of NODES, to TARGET."
  (define neighbours (make-hash-table))
  (define edges-of (node-type-edges type))

  (mlet %store-monad ((_ (foldm %store-monad
                                (lambda (node _)
                                  (mlet %store-monad ((targets (edges-of node)))
                                    (for-each (lambda (target) (insert! neighbours node target))
                                              targets)
                                    (return #t)))
                                #t nodes)))
    (return (lambda (node)
              (reverse (hashq-ref neighbours node '()))))))

(define (push! table key value)
  (hashq-set! table key (cons value (hashq-ref table key '()))))

(define (node-edges type nodes)
  "Return, as a monadic value, a procedure that returns the list of nodes that edges go to from a node of TYPE, one of
NODES."
  (adjacency type nodes push!))

(define (node-back-edges type nodes)
  "Return, as a monadic value, a procedure that returns the list of nodes among NODES, of TYPE, from which edges go to a
node."
  (adjacency type nodes
             (lambda (table source target) (push! table target source))))

(define (traverse/depth-first proc seed nodes node-edges)
  "Call (PROC NODE RESULT) once for each node that can be reached from NODES along NODE-EDGES, a procedure such as
`node-edges' returns, from SEED on; return the last result."
  (define visited (make-hash-table))
  (let loop ((pending (append-map node-edges nodes)) (result seed))
    (match pending
      (() result)
      ((node . rest)
       (if (hashq-ref visited node)
           (loop rest result)
           (begin
             (hashq-set! visited node #t)
             (loop (append (node-edges node) rest)
                   (proc node result))))))))

(define (node-transitive-edges nodes node-edges)
  "Return the list of the nodes that can be reached from NODES along NODE-EDGES, the last reached first."
  (traverse/depth-first cons '() nodes node-edges))

(define (node-reachable-count nodes node-edges)
  "Return how many nodes can be reached from NODES along NODE-EDGES."
  (traverse/depth-first (lambda (_ count) (+ count 1)) 0 nodes node-edges))

(define (shortest-path node1 node2 type)
  "Return, as a monadic value, a shortest list of nodes of TYPE from NODE1 to NODE2, each with an edge to the next; #f if
there is none."
  ;; Breadth first: `came-from' maps each node met to the one it was met from.
  (define came-from (make-hash-table))
  (define edges-of (node-type-edges type))

  (define (path-to node)
    (let loop ((node node) (path '()))
      (match (hashq-ref came-from node)
        ('start (cons node path))
        (previous (loop (vector-ref previous 0) (cons node path))))))

  (define (step frontier)
    ;; From the nodes of FRONTIER to those an edge further.
    (mlet %store-monad
        ((next (foldm %store-monad
                      (lambda (node next)
                        (mlet %store-monad ((targets (edges-of node)))
                          (return
                           (fold (lambda (target next)
                                   (if (hashq-ref came-from target)
                                       next
                                       (begin
                                         (hashq-set! came-from target (vector node))
                                         (cons target next))))
                                 next targets))))
                      '() frontier)))
      (return (reverse next))))

  (hashq-set! came-from node1 'start)
  (let loop ((frontier (list node1)))
    (cond ((memq node2 frontier) (with-monad %store-monad (return (path-to node2))))
          ((null? frontier) (with-monad %store-monad (return #f)))
          (else (mlet* %store-monad ((next (step frontier))
                                     (path (loop next)))
                  (return path))))))


;;; Writing.

(define-record-type <graph-backend>
  (graph-backend name description prologue epilogue node edge)
  graph-backend?
  (name        graph-backend-name)
  (description graph-backend-description)
  (prologue    graph-backend-prologue)  ;name of the node type, port
  (epilogue    graph-backend-epilogue)  ;port
  (node        graph-backend-node)      ;identifier, label, port
  (edge        graph-backend-edge))     ;identifier, identifier, port

(define (node-color id)
  "Return the color, one of Graphviz's, of the edges from the node with ID."
  (list-ref '("red" "magenta" "blue" "cyan3" "darkseagreen"
              "peachpuff4" "darkviolet" "dimgrey" "darkgoldenrod")
            (hash id 9)))

(define %graphviz-backend
  (graph-backend "graphviz"
                 "Generate graph in DOT format for use with Graphviz."
                 (lambda (name port)
                   (format port "digraph \"Guix ~a\" {~%" name))
                 (lambda (port)
                   (format port "~%}~%"))
                 (lambda (id label port)
                   (format port "  \"~a\" [label = \"~a\", shape = box, fontname = sans];~%" id label))
                 (lambda (source target port)
                   (format port "  \"~a\" -> \"~a\" [color = ~a];~%"
                           source target (node-color source)))))

;; A page of its own: D3 comes from its publisher.
(define d3-page-start
  (string-append
   "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<title>~a</title>\n"
   "<style>text { font: 10px sans-serif } path { fill: none; stroke: #888; stroke-opacity: 0.6 }</style>\n"
   "<script src=\"https://d3js.org/d3.v7.min.js\"></script>\n</head>\n<body>\n<script>\n"
   "const nodes = {}, nodeArray = [], links = [];\n"))

(define d3-page-end
  (string-append
   "const names = nodeArray.map((node) => node.label);\n"
   "const matrix = nodeArray.map(() => nodeArray.map(() => 0));\n"
   "for (const { source, target } of links)\n"
   "  if (nodes[source] && nodes[target]) matrix[nodes[source].index][nodes[target].index] = 1;\n"
   "const radius = Math.max(300, nodeArray.length * 2), width = 2 * radius + 400;\n"
   "const svg = d3.select('body').append('svg').attr('width', width).attr('height', width)\n"
   "  .append('g').attr('transform', `translate(${width / 2},${width / 2})`);\n"
   "const chord = d3.chordDirected().padAngle(0.01)(matrix);\n"
   "const color = d3.scaleOrdinal(d3.schemeCategory10);\n"
   "svg.selectAll('.group').data(chord.groups).join('g')\n"
   "  .call((group) => group.append('path').attr('d', d3.arc().innerRadius(radius).outerRadius(radius + 10))\n"
   "    .style('fill', ({ index }) => color(index)))\n"
   "  .call((group) => group.append('text').text(({ index }) => names[index]).attr('dy', '0.35em')\n"
   "    .attr('text-anchor', ({ startAngle }) => startAngle > Math.PI ? 'end' : null)\n"
   "    .attr('transform', ({ startAngle: from, endAngle: to }) =>\n"
   "      `rotate(${(from + to) * 90 / Math.PI - 90}) translate(${radius + 14})${from > Math.PI ? ' rotate(180)' : ''}`));\n"
   "svg.selectAll('.chord').data(chord).join('path').attr('class', 'chord')\n"
   "  .attr('d', d3.ribbonArrow().radius(radius)).style('fill', ({ source }) => color(source.index));\n"
   "</script>\n</body>\n</html>\n"))

(define %d3js-backend
  (graph-backend "d3js"
                 "Generate chord diagrams with d3js."
                 (lambda (name port)
                   (format port d3-page-start name))
                 (lambda (port)
                   (display d3-page-end port))
                 (lambda (id label port)
                   (format port "nodes[~s] = { id: ~s, label: ~s, index: nodeArray.length };~%"
                           (as-string id) (as-string id) label)
                   (format port "nodeArray.push(nodes[~s]);~%" (as-string id)))
                 (lambda (source target port)
                   (format port "links.push({ source: ~s, target: ~s });~%"
                           (as-string source) (as-string target)))))

(define (as-string id)
  (if (string? id) id (object->string id display)))

(define %cypher-backend
  (graph-backend "cypher"
                 "Generate Cypher queries."
                 (const #t)
                 (const #t)
                 (lambda (id label port)
                   (format port "MERGE (p:Package { id: ~s }) SET p.name = ~s;~%" id label))
                 (lambda (source target port)
                   (format port "MERGE (a:Package { id: ~s });~%" source)
                   (format port "MERGE (b:Package { id: ~s });~%" target)
                   (format port "MATCH (a:Package { id: ~s }), (b:Package { id: ~s }) CREATE UNIQUE (a)-[:NEEDS]->(b);~%"
                           source target))))

(define %graph-backends
  (list %graphviz-backend %d3js-backend %cypher-backend))

(define (lookup-backend name)
  "Return the backend called NAME.  Raise an error if there is none."
  (or (find (lambda (backend) (string=? name (graph-backend-name backend)))
            %graph-backends)
      (raise (formatted-message (G_ "~a: unknown graph backend") name))))

(define* (export-graph sinks port
                       #:key reverse-edges? node-type (max-depth +inf.0) (backend %graphviz-backend))
  "Write to PORT with BACKEND the graph of the nodes of NODE-TYPE that can be reached from the list SINKS in at most
MAX-DEPTH steps.  With REVERSE-EDGES?, edges point the other way."
  (define identifier (node-type-identifier node-type))
  (define emit-node (graph-backend-node backend))
  (define emit-edge
    (let ((emit (graph-backend-edge backend)))
      (if reverse-edges?
          (lambda (source target) (emit target source port))
          (lambda (source target) (emit source target port)))))
  (define visited (make-hash-table))

  (define (visit node id depth)
    ;; Write NODE; return the list of (NODE . DEPTH) to visit after it.
    (mlet* %store-monad ((targets (if (= depth max-depth)
                                      (return '())
                                      ((node-type-edges node-type) node)))
                         (ids (mapm %store-monad identifier targets)))
      (emit-node id ((node-type-label node-type) node) port)
      (for-each (lambda (target) (emit-edge id target)) ids)
      (return (map (lambda (target) (cons target (+ depth 1))) targets))))

  ((graph-backend-prologue backend) (node-type-name node-type) port)
  (let loop ((pending (map (lambda (node) (cons node 0)) sinks)))
    (match pending
      (()
       ((graph-backend-epilogue backend) port)
       (with-monad %store-monad (return #t)))
      (((node . depth) . rest)
       (mlet %store-monad ((id (identifier node)))
         (if (hash-ref visited id)
             (loop rest)
             (begin
               (hash-set! visited id #t)
               (mlet %store-monad ((next (visit node id depth)))
                 (loop (append next rest))))))))))
