using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Crash.Tests.Worlds;

/// <summary>Everything that a store holds, as text: equal if and only if it is the same, and readable where it differs.</summary>
internal static class StateText
{
    private const string SidecarArea = "sidecar";

    public static async ValueTask<string> OfAsync(IStoreSnapshot snapshot, IEnumerable<string> areas)
    {
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture, $"{snapshot.Replica} counter {snapshot.Counter} clock {snapshot.Clock.Value:x}");
        for (int i = 0; i < snapshot.Replicas.Count; i++)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"replica {i} {snapshot.Replicas[i]}");
        }

        foreach (string scope in await snapshot.ListScopesAsync())
        {
            await AppendScopeAsync(text, snapshot, scope);
        }

        foreach (JournalEntry entry in await snapshot.ReadJournalAsync(0, int.MaxValue))
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"journal {entry.Sequence} {entry.Scope} {entry.Key} {entry.Dot}@{entry.Timestamp.Value:x} {entry.Kind} {Of(entry.Content)}");
        }

        // The sidecar's nonce changes with every opening.
        foreach (string area in areas.Where(static area => area != SidecarArea))
        {
            foreach (LocalEntry entry in await snapshot.ListLocalAsync(area, null, int.MaxValue))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"local {area} {entry.Key} {Of(entry.Value)}");
            }
        }

        return text.ToString();
    }

    /// <summary>The lines in which two states differ.</summary>
    public static string Difference(string expected, string actual)
    {
        string[] before = expected.Split('\n');
        string[] after = actual.Split('\n');
        return string.Join('\n', [.. before.Except(after).Select(line => $"- {line}"), .. after.Except(before).Select(line => $"+ {line}")]);
    }

    private static async ValueTask AppendScopeAsync(StringBuilder text, IStoreSnapshot snapshot, string scope)
    {
        ScopeState state = await snapshot.GetScopeAsync(scope);
        JournalStatus journal = await snapshot.GetJournalStatusAsync(scope);
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"scope {scope} K {state.Knowledge} F {state.Forgotten} digest {state.Digest:x32} live {state.LiveCount} journal {journal.PendingCount}");
        foreach (KnowledgeException exception in state.Exceptions)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"exception {exception.Range} {exception.Knowledge}");
        }

        RangeSlice slice = await snapshot.ReadRangeAsync(scope, KeyRange.All, new ReadBudget(int.MaxValue));
        foreach (StoredRecord record in slice.Records)
        {
            text.Append(CultureInfo.InvariantCulture, $"record {record.Key} {Of(record.ConflictFree)}");
            foreach (RecordVersion version in record.Versions)
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $" {version.Dot}@{version.Timestamp.Value:x} {version.Author} {Of(version.Payload)} {Of(version.Annotations)}");
            }

            text.AppendLine();
        }
    }

    private static string Of(ReadOnlyMemory<byte> bytes) => bytes.IsEmpty
        ? "-"
        : string.Create(CultureInfo.InvariantCulture, $"{bytes.Length}:{XxHash128.HashToUInt128(bytes.Span):x32}");
}
