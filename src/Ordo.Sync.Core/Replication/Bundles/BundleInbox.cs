using System.Globalization;
using Ordo.Sync.Errors;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Bundles;

/// <summary>
/// Where scopes of bundles wait that cannot be applied yet: pages are missing, or what they build on is. Durable; claims nothing.
/// </summary>
internal static class BundleInbox
{
    private const string IndexArea = "bundles";
    private const string EndKey = "end";
    private const int IdDigits = 32;
    private const int WaitingMax = 10_000;

    /// <summary>Keeps a page.</summary>
    public static ValueTask PutPageAsync(
        IStoreTransaction transaction, UInt128 bundle, string scope, int number, ReadOnlyMemory<byte> page, CancellationToken ct) =>
        transaction.SetLocalAsync(AreaOf(bundle, scope), KeyOf(number), page, ct);

    /// <summary>Keeps what ends the pages, and lists the scope among those that wait.</summary>
    public static async ValueTask PutEndAsync(
        IStoreTransaction transaction, UInt128 bundle, string scope, BundleScopeEnd? end, CancellationToken ct)
    {
        IReadOnlyList<LocalEntry> waiting = await transaction
            .ListLocalAsync(IndexArea, afterKey: null, WaitingMax, ct).ConfigureAwait(false);
        if (waiting.Count == WaitingMax)
        {
            throw new SyncException(
                SyncErrorCode.TooLarge, $"{WaitingMax} scopes of bundles wait here already.", "Import what completes them.");
        }

        await transaction.SetLocalAsync(IndexArea, NameOf(bundle, scope), ReadOnlyMemory<byte>.Empty, ct).ConfigureAwait(false);
        if (end is not null)
        {
            await transaction.SetLocalAsync(AreaOf(bundle, scope), EndKey, end.ToBytes(), ct).ConfigureAwait(false);
        }
    }

    /// <summary>The scopes that wait.</summary>
    public static async ValueTask<IReadOnlyList<(UInt128 Bundle, string Scope)>> ListAsync(
        IStoreSnapshot snapshot, CancellationToken ct)
    {
        IReadOnlyList<LocalEntry> entries = await snapshot
            .ListLocalAsync(IndexArea, afterKey: null, WaitingMax, ct).ConfigureAwait(false);
        return [.. entries.Select(entry => StoredForm.ReadName(entry.Key, "a bundle and a scope", Parse))];
    }

    /// <summary>What ends the pages of a scope that waits; <see langword="null"/> where that is missing too.</summary>
    public static async ValueTask<BundleScopeEnd?> ReadEndAsync(
        IStoreSnapshot snapshot, UInt128 bundle, string scope, CancellationToken ct)
    {
        ReadOnlyMemory<byte>? bytes = await snapshot.GetLocalAsync(AreaOf(bundle, scope), EndKey, ct).ConfigureAwait(false);
        return bytes is { } end ? StoredForm.Decode(end, "the end of a scope in a bundle", BundleScopeEnd.Read) : null;
    }

    /// <summary>A page that waits; <see langword="null"/> where it is missing.</summary>
    public static ValueTask<ReadOnlyMemory<byte>?> ReadPageAsync(
        IStoreSnapshot snapshot, UInt128 bundle, string scope, int number, CancellationToken ct) =>
        snapshot.GetLocalAsync(AreaOf(bundle, scope), KeyOf(number), ct);

    /// <summary>Removes a scope that waited.</summary>
    public static async ValueTask DiscardAsync(
        IStoreTransaction transaction, UInt128 bundle, string scope, CancellationToken ct)
    {
        string area = AreaOf(bundle, scope);
        IReadOnlyList<LocalEntry> page;
        do
        {
            page = await transaction.ListLocalAsync(area, afterKey: null, countMax: 16, ct).ConfigureAwait(false);
            foreach (LocalEntry entry in page)
            {
                await transaction.RemoveLocalAsync(area, entry.Key, ct).ConfigureAwait(false);
            }
        }
        while (page.Count > 0);

        await transaction.RemoveLocalAsync(IndexArea, NameOf(bundle, scope), ct).ConfigureAwait(false);
    }

    private static string AreaOf(UInt128 bundle, string scope) => $"bundle/{bundle:x32}/{scope}";

    private static string NameOf(UInt128 bundle, string scope) => $"{bundle:x32}/{scope}";

    private static (UInt128 Bundle, string Scope) Parse(string name) =>
        (UInt128.Parse(name.AsSpan(0, IdDigits), NumberStyles.HexNumber, CultureInfo.InvariantCulture), name[(IdDigits + 1)..]);

    private static string KeyOf(int number) => number.ToString("D8", CultureInfo.InvariantCulture);
}
