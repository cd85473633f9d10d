package import FleetModel
package import PackageSources
package import Settings

extension SourceMap {
    /// The places of `sources:`, then those of the catalog's folder.
    package init(_ sources: [SourceSetting], catalog: String?) throws(FleetError) {
        var rules = sources.map(\.rule)
        if let catalog { rules += try Catalog(folder: catalog).rules }
        self.init(rules: rules)
    }
}

extension SourceSetting {
    fileprivate var rule: SourceMap.Rule {
        let match: SourceMap.Match =
            switch match {
            case .package(let name, let version): .package(name, version: version)
            case .imagePrefix(let prefix): .imagePrefix(prefix)
            }
        let place: SourceMap.Place =
            switch place {
            case .directory(let folder): .directory(folder)
            case .ociLayout(let folder): .ociLayout(folder)
            }
        return SourceMap.Rule(match: match, place: place)
    }
}
