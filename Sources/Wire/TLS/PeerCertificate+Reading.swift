import Base
import COpenSSLTLS

extension PeerCertificate {
    /// - Parameters:
    ///   - leaf: an `X509`; stays the caller's.
    ///   - others: the further certificates that were shown, a stack of `X509`; stays the caller's.
    init(reading leaf: OpaquePointer, others: OpaquePointer?, verification: Verification) {
        let subject = X509_get_subject_name(leaf)
        let issuer = X509_get_issuer_name(leaf)
        let commonNames = Self.names(of: NID_commonName, in: subject)
        let organizations = Self.names(of: NID_organizationName, in: subject)
        commonName = Self.only(commonNames)
        self.organizations = organizations ?? []
        issuerCommonName = Self.only(Self.names(of: NID_commonName, in: issuer))
        notBefore = Self.timestamp(X509_get0_notBefore(leaf)) ?? Self.latest
        notAfter = Self.timestamp(X509_get0_notAfter(leaf)) ?? .epoch
        self.verification = verification
        if let defect = Self.defect(of: leaf, others: others) {
            self.defect = defect
        } else if commonNames == nil || organizations == nil {
            defect = .unreadableName
        } else {
            defect = commonNames.map { $0.count > 1 } == true ? .severalNames : nil
        }
    }

    private static func only(_ names: [String]?) -> String {
        guard let names, names.count == 1 else { return "" }
        return names[0]
    }

    // MARK: what it is for

    private static func defect(of leaf: OpaquePointer, others: OpaquePointer?) -> Defect? {
        guard X509_check_ca(leaf) == 0 else { return .isAuthority }
        let count = others.map { tls_certificate_count($0) } ?? 0
        guard count <= authoritiesMax + 1 else { return .tooManyAuthorities }
        var authorityCount = 0
        for index in 0..<max(count, 0) {
            guard let other = tls_certificate_at(others, index) else { continue }
            if X509_check_ca(other) != 0 {
                authorityCount += 1
            } else if X509_cmp(other, leaf) != 0 {
                return .severalLeaves
            }
        }
        guard authorityCount <= authoritiesMax else { return .tooManyAuthorities }
        return isForClients(leaf) ? nil : .notForClients
    }

    /// A certificate without the extension is for anything, and so not made for this; one with broken extensions is for
    /// nothing.
    private static func isForClients(_ leaf: OpaquePointer) -> Bool {
        let flags = X509_get_extension_flags(leaf)
        guard flags & UInt32(EXFLAG_XKUSAGE) != 0, flags & UInt32(EXFLAG_INVALID) == 0 else { return false }
        return X509_get_extended_key_usage(leaf) & UInt32(XKU_SSL_CLIENT) != 0
    }

    // MARK: names

    /// - Returns: `nil` where there are too many, or one of them is not fit to be read.
    private static func names(of kind: CInt, in name: OpaquePointer?) -> [String]? {
        var names: [String] = []
        var index = X509_NAME_get_index_by_NID(name, kind, -1)
        while index >= 0 {
            guard names.count < namesMax,
                let text = text(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)))
            else { return nil }
            names.append(text)
            index = X509_NAME_get_index_by_NID(name, kind, index)
        }
        // -2 is an unknown kind, which those asked for are not.
        return names
    }

    /// A name with a NUL, or anything else that is shown as nothing, could be taken for another one.
    private static func text(_ string: UnsafeMutablePointer<ASN1_STRING>?) -> String? {
        guard let string else { return nil }
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = Int(ASN1_STRING_to_UTF8(&bytes, string))
        defer { CRYPTO_free(bytes, #file, #line) }
        guard let bytes, (1...nameSizeMax).contains(count),
            let text = String(
                validating: UnsafeBufferPointer(start: bytes, count: count),
                as: UTF8.self
            ), !text.unicodeScalars.contains(where: isUnfit)
        else { return nil }
        return text
    }

    private static func isUnfit(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
            true
        default: false
        }
    }

    // MARK: dates

    /// The last second that a ``Timestamp`` can hold is in the year 2262; certificates without an end say 9999.
    private static let latest = Timestamp(seconds: 9_214_646_400)

    private static func timestamp(_ time: UnsafePointer<ASN1_TIME>?) -> Timestamp? {
        guard let time, let epoch = ASN1_TIME_set(nil, 0) else { return nil }
        defer { ASN1_TIME_free(epoch) }
        var (days, seconds): (CInt, CInt) = (0, 0)
        guard ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return nil }
        let total = Int64(days) * 86_400 + Int64(seconds)
        return Timestamp(seconds: min(max(total, -latest.seconds), latest.seconds))
    }
}
