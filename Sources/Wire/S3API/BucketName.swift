/// What a bucket may be called.
package enum BucketName {
    /// Whether a bucket of that name may be created: the S3 reference's rules for general purpose buckets.
    package static func isCreatable(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard (3...63).contains(bytes.count),
            bytes.allSatisfy({ isLowerCaseOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
            ),
            isLowerCaseOrDigit(bytes[0]), isLowerCaseOrDigit(bytes[bytes.count - 1])
        else { return false }
        return !hasBadDots(name) && !isIPv4Address(name) && !reserved.contains(name)
            && !reservedPrefixes.contains { name.hasPrefix($0) }
            && !reservedSuffixes.contains { name.hasSuffix($0) }
    }

    /// Whether a bucket of that name may be asked for: older servers created names with capitals,
    /// underscores and colons, which must stay reachable.
    package static func isLookupable(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard (3...63).contains(bytes.count), !reserved.contains(name) else { return false }
        let isAlphanumeric = { (byte: UInt8) in
            isLowerCaseOrDigit(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        }
        guard bytes.allSatisfy({ isAlphanumeric($0) || "-._:".utf8.contains($0) }),
            isAlphanumeric(bytes[0]), isAlphanumeric(bytes[bytes.count - 1])
        else { return false }
        return !hasBadDots(name) && !isIPv4Address(name)
    }

    /// The first path segment of what the server serves itself beside buckets.
    private static let reserved: Set<String> = ["minio"]
    private static let reservedPrefixes = ["xn--", "sthree-"]
    private static let reservedSuffixes = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"]

    private static func isLowerCaseOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// Each label between dots must be fit for a host name.
    private static func hasBadDots(_ name: String) -> Bool {
        name.contains("..") || name.contains(".-") || name.contains("-.")
    }

    static func isIPv4Address(_ name: some StringProtocol) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count)
                    && part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            }
    }
}
