namespace Ordo.Sync.Replication.Bundles;

/// <summary>Where the pages of one scope stand in a bundle's file.</summary>
internal sealed class BundleContent(string scope)
{
    public string Scope => scope;

    /// <summary>Where each page's frame begins, and what the page hashes to.</summary>
    public SortedDictionary<int, (long Offset, byte[] Hash)> Pages { get; } = [];

    /// <summary>What ends the pages; <see langword="null"/> where that was not read.</summary>
    public BundleScopeEnd? End { get; set; }
}
