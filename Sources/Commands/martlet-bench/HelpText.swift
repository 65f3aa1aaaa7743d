/// What `--help` prints.
let helpText = """
    usage: martlet-bench [options]

    Loads an S3 server with PUT and GET requests and says what an operation costs. Each client keeps one
    connection and sends its next request when it has the answer to the last. Every answer is checked: its
    status, its length, and each byte of an object that is read.

    What to ask
      --endpoint URL       the server: http://HOST:PORT  (http://127.0.0.1:9000)
      --allow-remote       permits an endpoint that is not on the loopback interface
      --access-key KEY     default: AWS_ACCESS_KEY_ID, else rustfsadmin
      --secret-key SECRET  default: AWS_SECRET_ACCESS_KEY, else rustfsadmin. Other users of the machine can
                           read a command line: prefer the variable.
      --region NAME        what requests are signed for  (us-east-1)
      --bucket NAME        made when it is not there  (martlet-bench)

    What to do
      --put, --get, --both each size is first written, then read  (--both)
      --sizes LIST         object sizes, in bytes or with KiB, MiB, GiB  (4KiB,1MiB)
      --clients N          requests under way at once  (16)
      --seconds N          how long each workload runs  (5)
      --operations N       how many requests each workload makes; instead of --seconds
      --keys N             a PUT workload starts over after so many keys. Without it every PUT writes a new
                           key, and reading alone (--get) writes \(Options.readKeyCount) objects of each size first.
      --payload FORM       unsigned: x-amz-content-sha256 is UNSIGNED-PAYLOAD; hashed: it is the body's
                           SHA-256, which the client computes and the server checks  (unsigned)
      --users FEW,MANY     instead of objects, what users cost: makes FEW and then MANY users with policies, groups
                           and service accounts (through import-iam, so the key must be an administrator's), and
                           reads 4 KiB objects signed by random ones. They stay: use a server made for it.
      --versions N         instead of objects, what versions cost: gives one key N versions, one after the other, and
                           measures requests for it on the way. They stay, in a bucket that keeps versions.
      --list N             instead of objects, what listings cost: writes N objects of 1 KiB and lists them in pages
                           of a thousand, from the first to the last. They stay: use a server made for it.
      --keep               leaves the objects and the bucket; without it they are deleted at the end

    What to print
      --pid PID            the server's process, for its CPU time. Without it the process that listens on
                           the endpoint's port is looked for, if that is on this machine.
      --json               one JSON object instead of the table
      --help               this text

    Columns: latencies run from the first byte sent to the last byte received. "server us/op" is the server
    process's user and system time, background work included, by the number of operations; "client us/op"
    is the same for martlet-bench.

    Exit status: 0 when every answer was right, 1 when one was wrong or missing or nothing could run,
    2 for a mistake on the command line.

    """
