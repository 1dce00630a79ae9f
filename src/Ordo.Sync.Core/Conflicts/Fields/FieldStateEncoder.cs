using System.Buffers;
using System.Collections.Immutable;
using MessagePack;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Conflicts.Fields;

/// <summary>
/// Writes a state without the values shown, which are the payload: [format, replicas, authors, stamps, shown, others,
/// lost,
/// known]. Index 0 of replicas, authors and stamps is not in its table: the version's own replica, nobody, the
/// version's own
/// stamp. Only one form for one state.
/// </summary>
internal sealed class FieldStateEncoder
{
    /// <summary>The first element of the form written here.</summary>
    public const int Format = 1;

    /// <summary>The elements of that form.</summary>
    public const int Elements = 8;

    private readonly FieldStamp? _own;
    private readonly Dictionary<FieldStamp, int> _stamps = [];
    private readonly Dictionary<ReplicaId, int> _replicas = [];
    private readonly Dictionary<string, int> _authors = [];

    private FieldStateEncoder(FieldStamp? own)
    {
        _own = own;
        _authors.Add(string.Empty, 0);
        if (own is { } stamp)
        {
            _stamps.Add(stamp, 0);
            _replicas.Add(stamp.Replica, 0);
        }
    }

    private int ImplicitCount => _own is null ? 0 : 1;

    public static ReadOnlyMemory<byte> Encode(FieldState state, FieldStamp? own)
    {
        ImmutableArray<FieldEntry> shown = state.View.Shown;
        List<FieldEntry> others = shown == state.Entries ? [] : FindOthers(state.Entries.AsSpan(), shown.AsSpan());
        List<KnownDots.Line> known = FindKnown(state);
        bool isAllOwn = own is { } stamp && shown.All(entry => entry.Stamp == stamp);
        return isAllOwn && others.Count == 0 && state.Settled.IsEmpty && known.Count == 0
            ? default
            : new FieldStateEncoder(own).Write(shown, isAllOwn, others, state.Settled, known);
    }

    private static List<FieldEntry> FindOthers(ReadOnlySpan<FieldEntry> entries, ReadOnlySpan<FieldEntry> shown)
    {
        var others = new List<FieldEntry>();
        int s = 0;
        foreach (FieldEntry entry in entries)
        {
            if (s < shown.Length && FieldEntry.ByPath.Compare(entry, shown[s]) == 0)
            {
                s++;
            }
            else
            {
                others.Add(entry);
            }
        }

        return others;
    }

    // The versions of all entries are known; only what is known besides is written.
    private static List<KnownDots.Line> FindKnown(FieldState state)
    {
        var known = new List<KnownDots.Line>();
        foreach (KnownDots.Line line in state.Known.Lines)
        {
            ImmutableArray<long> more = line.More.IsEmpty
                ? []
                : [.. line.More.Except(state.Entries.Where(entry => entry.Stamp.Replica == line.Replica)
                    .Select(static entry => entry.Stamp.Counter))];
            if (line.UpTo > 0 || more.Length > 0)
            {
                known.Add(line with { More = more });
            }
        }

        return known;
    }

    private ReadOnlyMemory<byte> Write(
        ImmutableArray<FieldEntry> shown,
        bool isAllOwn,
        List<FieldEntry> others,
        ImmutableArray<FieldEntry> lost,
        List<KnownDots.Line> known)
    {
        foreach (FieldEntry entry in shown.Concat(others).Concat(lost))
        {
            Intern(entry.Stamp);
        }

        foreach (KnownDots.Line line in known)
        {
            Intern(line.Replica);
        }

        var output = new ArrayBufferWriter<byte>(64 + (24 * _stamps.Count) + (32 * (others.Count + lost.Length)));
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(Elements);
        writer.Write(Format);
        WriteTables(ref writer);
        WriteShown(ref writer, shown, isAllOwn);
        WriteEntries(ref writer, others);
        WriteEntries(ref writer, lost);
        writer.WriteArrayHeader(known.Count);
        foreach (KnownDots.Line line in known)
        {
            WriteLine(ref writer, line);
        }

        writer.Flush();
        return output.WrittenMemory;
    }

    private void Intern(FieldStamp stamp)
    {
        if (_stamps.TryAdd(stamp, _stamps.Count + 1 - ImplicitCount))
        {
            Intern(stamp.Replica);
            _authors.TryAdd(stamp.Author ?? string.Empty, _authors.Count);
        }
    }

    private void Intern(ReplicaId replica) => _replicas.TryAdd(replica, _replicas.Count + 1 - ImplicitCount);

    private void WriteTables(ref MessagePackWriter writer)
    {
        Span<byte> bytes = stackalloc byte[ReplicaId.SizeBytes];
        writer.WriteArrayHeader(_replicas.Count - ImplicitCount);
        foreach (ReplicaId replica in _replicas.Keys.Skip(ImplicitCount))
        {
            replica.Write(bytes);
            writer.Write(bytes);
        }

        writer.WriteArrayHeader(_authors.Count - 1);
        foreach (string author in _authors.Keys.Skip(1))
        {
            writer.Write(author);
        }

        writer.WriteArrayHeader((_stamps.Count - ImplicitCount) * 4);
        foreach (FieldStamp stamp in _stamps.Keys.Skip(ImplicitCount))
        {
            writer.Write(stamp.Timestamp.Value);
            writer.Write(_replicas[stamp.Replica]);
            writer.Write(stamp.Counter);
            writer.Write(_authors[stamp.Author ?? string.Empty]);
        }
    }

    private void WriteShown(ref MessagePackWriter writer, ImmutableArray<FieldEntry> shown, bool isAllOwn)
    {
        if (isAllOwn)
        {
            writer.WriteNil();
            return;
        }

        writer.WriteArrayHeader(shown.Length);
        foreach (FieldEntry entry in shown)
        {
            writer.Write(_stamps[entry.Stamp]);
        }
    }

    // A removal has a negative index (−1 − stamp) and nil as its value.
    private void WriteEntries(ref MessagePackWriter writer, IReadOnlyCollection<FieldEntry> entries)
    {
        writer.WriteArrayHeader(entries.Count * 3);
        foreach (FieldEntry entry in entries)
        {
            int stamp = _stamps[entry.Stamp];
            writer.Write(entry.Key.Span);
            writer.Write(entry.IsRemoval ? ~stamp : stamp);
            if (entry.IsRemoval)
            {
                writer.WriteNil();
            }
            else
            {
                writer.WriteRaw(entry.Value.Span);
            }
        }
    }

    private void WriteLine(ref MessagePackWriter writer, KnownDots.Line line)
    {
        writer.WriteArrayHeader(line.More.Length + 2);
        writer.Write(_replicas[line.Replica]);
        writer.Write(line.UpTo);
        long last = line.UpTo;
        foreach (long counter in line.More)
        {
            writer.Write(counter - last);
            last = counter;
        }
    }
}
