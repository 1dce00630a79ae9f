using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Bundles;

namespace Ordo.Sync.Engine.Bundles;

/// <summary>
/// Changes in a file: for devices that meet no network, and no hub. The same rules as on the network hold: a scope is applied as one
/// batch or not at all, imports may be repeated, come in any order, and concurrent edits meet by the collection's strategy.
/// Thread-safe.
/// </summary>
public interface IBundles
{
    /// <summary>What this device knows, to be given to whoever exports for it: their bundle then holds what it lacks.</summary>
    ValueTask<BundleKnowledge> DescribeAsync(CancellationToken cancellationToken = default);

    /// <summary>Writes what a receiver lacks. Each scope is of one state of the store; memory does not grow with the bundle.</summary>
    /// <param name="output">Where to; not closed. It is only written to, so it may be a pipe.</param>
    /// <param name="options">What, for whom; everything of all subscribed scopes by default, neither signed nor encrypted.</param>
    /// <param name="cancellationToken">Ends it; what was written is no whole bundle then.</param>
    /// <exception cref="SyncException">The store failed, or a scope is still being received.</exception>
    ValueTask<BundleExportReport> ExportAsync(
        Stream output, BundleExportOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes a bundle in. What is damaged is passed over and reported; a scope of which a page is missing waits here for another
    /// copy of the bundle. Being incomplete, untrusted or early is a result, not an exception.
    /// </summary>
    /// <param name="input">The bundle, in a file: it is read twice.</param>
    /// <param name="options">Keys and signers; by default whoever brings the file is trusted.</param>
    /// <param name="cancellationToken">Ends it; scopes that were applied stay so.</param>
    /// <exception cref="SyncException">
    /// It is no bundle, its beginning is damaged, it needs a key, or the store failed.
    /// </exception>
    /// <exception cref="ArgumentException">The stream cannot seek.</exception>
    ValueTask<BundleImportReport> ImportAsync(
        Stream input, BundleImportOptions? options = null, CancellationToken cancellationToken = default);
}
