using System.Collections.Immutable;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Faster.State;

/// <summary>
/// What a record, a journal entry and a local entry cost in memory, in bytes: estimates from measurements (see
/// docs/internals/faster-store.md), by which the bound on the index is kept.
/// </summary>
internal static class IndexCost
{
    private const int RecordBytes = 190;
    private const int SiblingBytes = 72;
    private const int IndexedBytes = 110;
    private const int DetailBytes = 64;
    private const int JournalBytes = 230;
    private const int LocalBytes = 160;
    private const int CharBytes = sizeof(char);

    public static long Of(RecordKey key, in RecordSlot slot)
    {
        long bytes = RecordBytes + (CharBytes * key.Key.Length);
        if (slot.Detail is { } detail)
        {
            bytes += DetailBytes + (SiblingBytes * detail.Dots.Length) + Of(detail.Values);
        }

        return bytes;
    }

    public static long Of(JournalItem item) =>
        JournalBytes + (CharBytes * item.Entry.Key.Key.Length) + item.Entry.Content.Length;

    public static long Of(string area, string key, in LocalSlot slot) =>
        LocalBytes + (CharBytes * (area.Length + key.Length)) + slot.Bytes.Length;

    private static long Of(ImmutableArray<IndexValue> values)
    {
        long bytes = 0;
        foreach (IndexValue value in values)
        {
            bytes += IndexedBytes + (CharBytes * (value.Text?.Length ?? 0));
        }

        return bytes;
    }
}
