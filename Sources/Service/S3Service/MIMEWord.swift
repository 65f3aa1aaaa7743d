internal import Base

/// Header values as MinIO writes them when they are not printable ASCII: RFC 2047 words.
enum MIMEWord {
    /// The most characters a word may have, its frame `=?UTF-8?b?` … `?=` included.
    private static let wordSizeMax = 75
    private static let contentSizeMax = wordSizeMax - "=?UTF-8?b?".utf8.count - "?=".utf8.count
    /// A value with one of these becomes base64, so that no parser stumbles over what Q leaves plain.
    private static let special = Set("\"#$%&'(),.:;<>@[]^`{|}~".utf8)

    /// `value` itself where it needs no encoding.
    static func encode(_ value: String) -> String {
        guard value.utf8.contains(where: { ($0 < 0x20 || $0 > 0x7e) && $0 != 0x09 }) else { return value }
        return value.utf8.contains { special.contains($0) } ? base64(value) : quoted(value)
    }

    private static func base64(_ value: String) -> String {
        words(value, encoding: "b", sizeMax: contentSizeMax / 4 * 3, size: { $0.utf8.count }) { piece in
            Base64.standard.encode(Array(piece.utf8))
        }
    }

    private static func quoted(_ value: String) -> String {
        words(value, encoding: "q", sizeMax: contentSizeMax, size: { quotedText($0).utf8.count }, quotedText)
    }

    private static func quotedText(_ text: String) -> String {
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: " "): encoded.append(UInt8(ascii: "_"))
            case UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "_"), 0...0x20, 0x7f...0xff:
                encoded.append(UInt8(ascii: "="))
                encoded += "\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))".utf8
            default: encoded.append(byte)
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// No character is cut in two.
    private static func words(
        _ value: String,
        encoding: String,
        sizeMax: Int,
        size: (String) -> Int,
        _ encode: (String) -> String
    ) -> String {
        var pieces: [String] = []
        var piece = ""
        var pieceSize = 0
        for scalar in value.unicodeScalars {
            let scalarSize = size(String(scalar))
            if pieceSize + scalarSize > sizeMax {
                pieces.append(piece)
                (piece, pieceSize) = ("", 0)
            }
            piece.unicodeScalars.append(scalar)
            pieceSize += scalarSize
        }
        pieces.append(piece)
        return pieces.map { "=?UTF-8?\(encoding)?\(encode($0))?=" }.joined(separator: " ")
    }
}
