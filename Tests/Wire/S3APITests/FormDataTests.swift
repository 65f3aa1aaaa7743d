import Base
import TestSupport
import Testing

@testable import S3API

private let contentType = "multipart/form-data; boundary=b0undary"

private func part(_ disposition: String, _ value: String) -> String {
    "--b0undary\r\nContent-Disposition: form-data; \(disposition)\r\n\r\n\(value)\r\n"
}

private let body =
    part("name=\"key\"", "photos/${filename}") + part("name=\"Content-Type\"; filename=\"x\"", "image/jpeg")
    + part("name=\"empty\"", "") + part("name=\"x-amz-meta-note\"", "a\r\n--b0und b\r\n--b0undaryc")
    + part("name=\"file\"; filename=\"C:\\\\home\\cat.jpg\"\r\nContent-Type: image/jpeg", "bytes")
    + "--b0undary--\r\n"

/// What a parser makes of bytes that come in these pieces.
private func parsed(
    _ bytes: [UInt8],
    pieces cuts: [Int] = [],
    boundary: FormDataBoundary? = FormDataBoundary(contentType: contentType)
) throws -> (steps: [FormDataParser.Step], offset: Int?) {
    var parser = FormDataParser(try #require(boundary))
    var steps: [FormDataParser.Step] = []
    for end in cuts + [bytes.count] {
        while true {
            let step = try bytes[..<end].withUnsafeBytes { try parser.next(in: $0) }
            if case .needsMore = step { break }
            steps.append(step)
            if case .file(_, let offset) = step { return (steps, offset) }
            if case .end = step { return (steps, nil) }
        }
    }
    return (steps, nil)
}

@Suite("forms as multipart/form-data") struct FormDataTests {
    private static let steps: [FormDataParser.Step] = [
        .field(name: "key", value: "photos/${filename}"),
        .field(name: "Content-Type", value: "image/jpeg"),
        .field(name: "empty", value: ""),
        .field(name: "x-amz-meta-note", value: "a\r\n--b0und b\r\n--b0undaryc"),
    ]

    @Test func fieldsComeInOrderAndTheFileTellsWhereItBegins() throws {
        let (steps, offset) = try parsed(Array(body.utf8))
        let start = try #require(offset)
        #expect(steps == Self.steps + [.file(name: "cat.jpg", offset: start)])
        #expect(Array(body.utf8)[start...].starts(with: "bytes\r\n--b0undary--".utf8))
    }

    @Test func everyCutGivesTheSame() throws {
        let bytes = Array(body.utf8)
        let whole = try parsed(bytes).steps
        for cut in 0...bytes.count {
            #expect(try parsed(bytes, pieces: [cut]).steps == whole, "cut at \(cut)")
        }
        #expect(try parsed(bytes, pieces: Array(0...bytes.count)).steps == whole)
    }

    @Test func aFormMayBeginWithALineBreakAndHaveNoFile() throws {
        let text =
            "\r\n" + part("name=a", "1")
            + "--b0undary  \r\nContent-Disposition: form-data; name=b\r\n\r\n--b0undary--"
        #expect(
            try parsed(Array(text.utf8)).steps
                == [.field(name: "a", value: "1"), .field(name: "b", value: ""), .end]
        )
    }

    @Test(arguments: [
        "", "x", "--b0undarx", "--b0undary??", "--b0undary\r\n\r\n\r\n--b0undary--",
        "--b0undary\r\nno header\r\n\r\n", "--b0undary\r\nContent-Disposition: form-data\r\n\r\n",
        "--b0undary\r\nContent-Disposition: attachment; name=a\r\n\r\n",
        "--b0undary\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n",
        "--b0undary\r\nContent-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b\r\n\r\n",
    ])
    func whatIsNoFormIsRefusedOrNeedsMore(text: String) throws {
        guard !text.isEmpty else {
            #expect(try parsed([]).steps.isEmpty)
            return
        }
        let error = #expect(throws: S3Error.self) { try parsed(Array(text.utf8)) }
        #expect(error?.code == .malformedPOSTRequest)
    }

    @Test func aFieldThatIsNotTextIsRefused() throws {
        let bytes = Array("--b0undary\r\nContent-Disposition: form-data; name=a\r\n\r\n".utf8) + [0xff]
        #expect(throws: S3Error.self) { try parsed(bytes + Array("\r\n--b0undary--".utf8)) }
    }

    @Test(arguments: [
        ("multipart/form-data; boundary=abc", true),
        ("Multipart/Form-Data;charset=x; BOUNDARY=\"a b\"", true),
        ("multipart/form-data", false), ("multipart/form-data; boundary=", false),
        ("multipart/mixed; boundary=abc", false), ("", false),
        ("multipart/form-data; boundary=\(String(repeating: "x", count: 70))", true),
        ("multipart/form-data; boundary=\(String(repeating: "x", count: 71))", false),
    ])
    func boundariesAreDeclared(contentType: String, isOne: Bool) {
        #expect((FormDataBoundary(contentType: contentType) != nil) == isOne)
    }

    @Test(
        "a name of a file in another spelling",
        arguments: [
            ("filename=\"a;b.txt\"", "a;b.txt"), ("filename=\"say \\\"x\\\".txt\"", "say \"x\".txt"),
            ("filename=plain.txt", "plain.txt"), ("filename=\"/etc/passwd\"", "passwd"),
            ("filename*=UTF-8''caf%C3%A9.txt", "café.txt"), ("size=1", ""), ("filename=\"dir/\"", ""),
        ]
    )
    func fileNames(disposition: String, name: String) throws {
        let text = "--b0undary\r\nContent-Disposition: form-data; name=\"FILE\"; \(disposition)\r\n\r\n"
        #expect(try parsed(Array(text.utf8)).steps == [.file(name: name, offset: text.utf8.count)])
    }

    /// Against a search that compares everywhere.
    @Test(arguments: 0..<32 as Range<UInt64>) func aBoundaryIsFoundWhereItIs(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let boundary = try #require(FormDataBoundary(Array("-a-a".utf8)))
        let ends = ["--", "\r\n", " ", "\t"].map { boundary.delimiter + Array($0.utf8) }
        let letters = Array("\r\n-a ".utf8)
        for _ in 0..<300 {
            var bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                letters[Int.random(in: 0..<letters.count, using: &random)]
            }
            if Bool.random(using: &random) {
                bytes.insert(
                    contentsOf: boundary.delimiter,
                    at: Int.random(in: 0...bytes.count, using: &random)
                )
            }
            let expected = bytes.indices.first { start in
                start + boundary.size <= bytes.count && ends.contains { bytes[start...].starts(with: $0) }
            }
            switch bytes.withUnsafeBytes({ boundary.position(in: $0, from: 0) }) {
            case .at(let index): #expect(index == expected)
            case .notBefore(let index):
                #expect(expected == nil)
                // Nothing that is still to come can make one before it.
                for start in 0..<index {
                    let tail = bytes[start...].prefix(boundary.delimiter.count)
                    let isWhole = start + boundary.size <= bytes.count
                    #expect(isWhole || !boundary.delimiter.starts(with: tail))
                }
            }
        }
    }

    @Test(arguments: 0..<64 as Range<UInt64>) func mutatedFormsAreReadOrRefused(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let bytes = mutated(Array(body.utf8), using: &random)
            let cuts = (0..<3).map { _ in Int.random(in: 0...bytes.count, using: &random) }.sorted()
            do {
                let whole = try parsed(bytes)
                #expect(try parsed(bytes, pieces: cuts).steps == whole.steps)
                if let offset = whole.offset { #expect(offset <= bytes.count) }
            } catch let error as S3Error {
                #expect(error.code == .malformedPOSTRequest)
                #expect(throws: S3Error.self) { try parsed(bytes, pieces: cuts) }
            }
        }
    }
}

@Suite("the fields of a form") struct UploadFormTests {
    private func form(_ fields: [(String, String)]) throws -> UploadForm {
        var form = UploadForm()
        for (name, value) in fields { try form.append(name, value) }
        return form
    }

    @Test func namesCountInAnyCaseAndTheFileNameIsFilledIn() throws {
        var form = try form([("kEy", "a/${filename}"), ("X-Amz-Meta-Of", "${filename}${filename}$")])
        try form.setFileName("cat.jpg")
        #expect(try form.key == "a/cat.jpg")
        #expect(form["x-amz-meta-of"] == "cat.jpgcat.jpg$")
    }

    /// 11 bytes can stand for 64 KiB: unbounded, a form that anybody may send would become 400 MB.
    @Test(arguments: [(8, 8192, true), (8, 8193, false), (5957, 11, true), (5957, 32 << 10, false)])
    func theFileNameMakesAFormNoLargerThanItMayBe(count: Int, nameSize: Int, fits: Bool) throws {
        var form = try form([("key", String(repeating: "${filename}", count: count))])
        let name = String(repeating: "n", count: nameSize)
        guard fits else {
            #expect { try form.setFileName(name) } throws: {
                ($0 as? S3Error)?.code == .maxPostPreDataLengthExceeded
            }
            return
        }
        try form.setFileName(name)
        #expect(form["key"]?.utf8.count == count * nameSize)
    }

    @Test func aFieldIsThereOnceButForThoseThatMeanNothing() throws {
        #expect(try form([("x-ignore-a", "1"), ("X-Ignore-A", "2")]).fields.count == 2)
        #expect { try form([("acl", "private"), ("ACL", "public-read")]) } throws: {
            ($0 as? S3Error)?.code == .invalidArgument
        }
    }

    @Test func thereMustBeAKeyOfTheRightSize() throws {
        #expect { try form([]).key } throws: { ($0 as? S3Error)?.code == .invalidArgument }
        #expect { try form([("key", "")]).key } throws: { ($0 as? S3Error)?.code == .invalidArgument }
        #expect(try form([("key", String(repeating: "k", count: 1024))]).key.utf8.count == 1024)
        #expect { try form([("key", String(repeating: "k", count: 1025))]).key } throws: {
            ($0 as? S3Error)?.code == .keyTooLong
        }
    }

    @Test func tooManyFieldsAreRefused() throws {
        let fields = (0..<UploadForm.fieldCountMax).map { ("field\($0)", "") }
        #expect(try form(fields).fields.count == UploadForm.fieldCountMax)
        #expect { try form(fields + [("more", "")]) } throws: {
            ($0 as? S3Error)?.code == .maxPostPreDataLengthExceeded
        }
    }

    @Test func tagsBecomeTheHeaderOfAPut() throws {
        let document =
            "<Tagging><TagSet><Tag><Key>a b</Key><Value>1&amp;2</Value></Tag><Tag><Key>ü</Key><Value/></Tag></TagSet></Tagging>"
        let form = try form([("tagging", document)]).withTaggingHeader()
        #expect(form[S3Header.tagging] == "a%20b=1%262&%C3%BC=")
        #expect(form["tagging"] == nil)
        #expect(
            Tagging(encoded: form[S3Header.tagging] ?? "")?.tags == [.init("a b", "1&2"), .init("ü", "")]
        )
        #expect(throws: S3Error.self) { try self.form([("tagging", "<Tagging/>")]).withTaggingHeader() }
    }
}
