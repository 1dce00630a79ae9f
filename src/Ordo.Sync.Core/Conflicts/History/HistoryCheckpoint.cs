using System.Collections.Immutable;
using System.Security.Cryptography;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Records;

namespace Ordo.Sync.Conflicts.History;

/// <summary>
/// What stands in the audit history of a record for entries that were collected: how many, written before when, which, and a hash
/// over all of them. What follows can still be checked: a version that names one of these names nothing that is missing.
/// </summary>
/// <param name="Key">The record.</param>
/// <param name="CollectedBefore">Entries written before this moment were collected; the latest, where it was done more than once.</param>
/// <param name="Chain">
/// SHA-256 over the chain before and the sorted hashes that were collected with this checkpoint: whoever keeps the entries elsewhere can
/// prove that they are the ones.
/// </param>
/// <param name="Names">The first 64 bits of the hashes of all entries collected, sorted.</param>
public sealed record HistoryCheckpoint(
    RecordKey Key, DateTimeOffset CollectedBefore, ContentHash Chain, ImmutableArray<ulong> Names)
{
    /// <summary>The most entries of one record that are collected in all; beyond them, it keeps its history.</summary>
    public const int CountMax = 50_000;

    /// <summary>The number of entries collected.</summary>
    public int Count => Names.Length;

    /// <summary>The checkpoint of a record of which nothing was collected.</summary>
    public static HistoryCheckpoint None(RecordKey key) => new(key, DateTimeOffset.UnixEpoch, default, []);

    /// <summary>Whether the entry with this hash was collected.</summary>
    public bool Covers(ContentHash hash) => Names.BinarySearch(NameOf(hash)) >= 0;

    /// <summary>The checkpoint once further entries are collected.</summary>
    public HistoryCheckpoint With(IEnumerable<ContentHash> collected, DateTimeOffset before)
    {
        ContentHash[] sorted = [.. collected.OrderBy(hash => hash.High).ThenBy(hash => hash.Low)];
        Span<byte> bytes = stackalloc byte[ContentHash.SizeBytes];
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Chain.Write(bytes);
        sha.AppendData(bytes);
        foreach (ContentHash hash in sorted)
        {
            hash.Write(bytes);
            sha.AppendData(bytes);
        }

        sha.GetHashAndReset(bytes);
        return this with
        {
            CollectedBefore = before > CollectedBefore ? before : CollectedBefore,
            Chain = ContentHash.Read(bytes),
            Names = [.. Names.Concat(sorted.Select(NameOf)).Distinct().Order()],
        };
    }

    /// <inheritdoc/>
    public bool Equals(HistoryCheckpoint? other) => other is not null && Key == other.Key
        && CollectedBefore == other.CollectedBefore && Chain == other.Chain && Names.AsSpan().SequenceEqual(other.Names.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, CollectedBefore, Chain, Names.Length);

    private static ulong NameOf(ContentHash hash) => (ulong)(hash.High >> 64);
}
