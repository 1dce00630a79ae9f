using System.Collections.Immutable;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Ordo.Sync.Causality;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Testing.Stores;

/// <summary>
/// What stores hold as text, equal if and only if it is the same: to compare with, and to read where it differs. Long
/// byte strings are shown as length and hash.
/// </summary>
internal static class StoreText
{
    private const int BytesShownMax = 24;

    /// <summary>The areas of local entries that a dump lists.</summary>
    public static ImmutableArray<string> Areas { get; } = [Sample.Area, "transfers"];

    public static string Of(StoredRecord? record)
    {
        if (record is null)
        {
            return "none";
        }

        string versions = string.Join(", ", record.Versions.Select(Of));
        return $"{record.Key} {{{versions}}}{(record.ConflictFree.IsEmpty ? "" : $" free {Of(record.ConflictFree)}")}";
    }

    public static string Of(RecordVersion version) => string.Create(
        CultureInfo.InvariantCulture,
        $"{version.Dot}@{version.Timestamp.Value:x} '{version.Author}' {Of(version.Payload)} {Of(version.Annotations)}");

    public static string Of(ReadOnlyMemory<byte> bytes) => bytes.Length <= BytesShownMax
        ? Convert.ToHexStringLower(bytes.Span)
        : $"{bytes.Length} bytes {Convert.ToHexStringLower(XxHash128.Hash(bytes.Span))}";

    public static string Of(ScopeState state) =>
        $"K {state.Knowledge} F {state.Forgotten} digest {state.Digest:x32} live {state.LiveCount} "
        + $"X [{string.Join(", ", state.Exceptions.Select(one => $"{Of(one.Range)} {one.Knowledge}"))}]";

    public static string Of(JournalEntry entry) =>
        $"{entry.Scope} {entry.Key} {entry.Dot}@{entry.Timestamp.Value:x} {entry.Kind} {Of(entry.Content)}";

    public static string Of(LocalEntry entry) => $"{entry.Key}={Of(entry.Value)}";

    public static IEnumerable<string> Of(IEnumerable<StoredRecord> records) => records.Select(Of);

    public static IEnumerable<string> KeysOf(IEnumerable<StoredRecord> records) =>
        records.Select(record => record.Key.Key);

    /// <summary>Everything that a state holds, whichever way it is read.</summary>
    public static async Task<string> DumpAsync(IStoreSnapshot snapshot)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"replica {snapshot.Replica} counter {snapshot.Counter}");
        text.AppendLine(CultureInfo.InvariantCulture, $"clock {snapshot.Clock.Value:x}");
        for (int i = 0; i < snapshot.Replicas.Count; i++)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"replica {i} is {snapshot.Replicas[i]}");
        }

        foreach (string scope in await snapshot.ListScopesAsync())
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"scope {scope}: {Of(await snapshot.GetScopeAsync(scope))}");
            RangeSlice range = await snapshot.ReadRangeAsync(scope, KeyRange.All, Sample.NoLimit);
            foreach (StoredRecord record in range.Records)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"  {Of(record)}");
                string single = Of(await snapshot.GetAsync(scope, record.Key));
                Expect.Equal(Of(record), single, $"The record {record.Key} read alone and in its range");
            }

            JournalStatus status = await snapshot.GetJournalStatusAsync(scope);
            text.AppendLine(CultureInfo.InvariantCulture, $"  journal {Of(status)}");
            await AppendChangesAsync(text, snapshot, scope);
        }

        foreach (JournalEntry entry in await snapshot.ReadJournalAsync(0, int.MaxValue))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"journal {Of(entry)}");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"journal {Of(await snapshot.GetJournalStatusAsync())}");
        foreach (string area in Areas)
        {
            foreach (LocalEntry entry in await snapshot.ListLocalAsync(area, null, int.MaxValue))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"local {area} {Of(entry)}");
            }
        }

        return text.ToString();
    }

    // The size of an entry is the provider's own.
    private static string Of(JournalStatus status) => $"{status.PendingCount} from {status.Oldest?.Value:x}";

    private static string Of(KeyRange range) => $"({range.After?.ToString() ?? "-"}; {range.UpTo?.ToString() ?? "-"}]";

    private static async Task AppendChangesAsync(StringBuilder text, IStoreSnapshot snapshot, string scope)
    {
        Dot[] all = [.. Enumerable.Range(0, snapshot.Replicas.Count).Select(index => new Dot(index, Dot.CounterMax))];
        var query = new ChangeQuery(VersionVector.Empty, VersionVector.Of(all), null, Sample.NoLimit);
        ChangeSlice slice = await snapshot.ReadChangesAsync(scope, query);
        IEnumerable<RecordKey> keys = slice.Records.Select(record => record.Key).Distinct();
        text.AppendLine(CultureInfo.InvariantCulture, $"  changes {string.Join(' ', keys)}");
    }
}
