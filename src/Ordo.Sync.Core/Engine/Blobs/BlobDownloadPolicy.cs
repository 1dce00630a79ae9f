using Ordo.Sync.Replication.Blobs;

namespace Ordo.Sync.Engine.Blobs;

/// <summary>
/// Which blobs a device fetches. Rules are asked in order, the first that has an opinion counts; without one a blob is fetched
/// when it is opened. Immutable and thread-safe.
/// </summary>
/// <example><code>
/// options.Downloads = BlobDownloadPolicy.OnDemand
///     .Never(reference => reference.Scope.StartsWith("archive/"))
///     .Always(reference => reference.Length is >= 0 and &lt; 1024 * 1024);
/// </code></example>
public sealed class BlobDownloadPolicy
{
    private readonly List<(Func<BlobReference, bool> Matches, bool? IsWanted)> _rules;

    private BlobDownloadPolicy(List<(Func<BlobReference, bool> Matches, bool? IsWanted)> rules) => _rules = rules;

    /// <summary>Fetches a blob when it is opened or pinned: the default.</summary>
    public static BlobDownloadPolicy OnDemand { get; } = new([]);

    /// <summary>Fetches every blob that a record refers to.</summary>
    public static BlobDownloadPolicy Everything { get; } = OnDemand.Always(_ => true);

    /// <summary>Fetches none, not even when one is opened: only what was imported here can be read here.</summary>
    public static BlobDownloadPolicy Nothing { get; } = OnDemand.Never(_ => true);

    /// <summary>Fetches the blobs of some scopes ahead.</summary>
    public static BlobDownloadPolicy InScopes(params IEnumerable<string> scopes)
    {
        var names = scopes.ToHashSet(StringComparer.Ordinal);
        return OnDemand.Always(reference => names.Contains(reference.Scope));
    }

    /// <summary>Fetches blobs up to a length ahead. A record that does not say the length counts as longer.</summary>
    public static BlobDownloadPolicy UpTo(long bytesMax) =>
        OnDemand.Always(reference => reference.Length >= 0 && reference.Length <= bytesMax);

    /// <summary>This policy, and behind it: fetch ahead what matches.</summary>
    public BlobDownloadPolicy Always(Func<BlobReference, bool> matches) => With(matches, isWanted: true);

    /// <summary>This policy, and behind it: never fetch what matches.</summary>
    public BlobDownloadPolicy Never(Func<BlobReference, bool> matches) => With(matches, isWanted: false);

    /// <summary>This policy, and behind it: fetch what matches when it is opened.</summary>
    public BlobDownloadPolicy WhenOpened(Func<BlobReference, bool> matches) => With(matches, isWanted: null);

    /// <summary><see langword="true"/>: ahead; <see langword="false"/>: never; <see langword="null"/>: when it is opened.</summary>
    internal bool? Decide(BlobReference reference)
    {
        foreach ((Func<BlobReference, bool> matches, bool? isWanted) in _rules)
        {
            if (matches(reference))
            {
                return isWanted;
            }
        }

        return null;
    }

    private BlobDownloadPolicy With(Func<BlobReference, bool> matches, bool? isWanted)
    {
        ArgumentNullException.ThrowIfNull(matches);
        return new BlobDownloadPolicy([.. _rules, (matches, isWanted)]);
    }
}
