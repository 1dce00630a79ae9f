using System.Buffers;
using System.Collections.Immutable;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.ConflictFree;

namespace Ordo.Sync.Replication.Codec;

/// <summary>
/// Writes a page of changes: a table of the replica ids it names, then vectors and versions by their index in it. A version is
/// [replica, counter] alone where the receiver knows it, and with its content where it does not.
/// </summary>
/// <param name="replicas">The sender's table.</param>
/// <param name="descriptors">The descriptor of each collection by name; those not in it are sent with an unknown strategy (0).</param>
public sealed class PageWriter(
    ReplicaTable replicas, IReadOnlyDictionary<string, CollectionDescriptor> descriptors)
{
    private const int BodyBytesMin = 4 * 1024;

    private readonly Dictionary<int, int> _wireIndexes = [];
    private readonly List<ReplicaId> _table = [];
    private readonly Dictionary<string, int> _collectionIndexes = new(StringComparer.Ordinal);
    private readonly List<CollectionDescriptor> _collections = [];

    /// <summary>Encodes a page.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="state">The sender's state of the scope in the snapshot that the records come from.</param>
    /// <param name="clock">The sender's hybrid clock.</param>
    /// <param name="basis">What the receiver must know; empty for a complete transfer.</param>
    /// <param name="known">The versions whose content is left out: what the receiver knows or has staged.</param>
    /// <param name="isComplete">Whether the transfer is of all records.</param>
    /// <param name="range">The key range of a fill's page.</param>
    /// <param name="records">The records.</param>
    /// <param name="deltaBasis">
    /// What conflict-free state may be told as a delta since; <see langword="null"/> where whole states are to go.
    /// </param>
    public ReadOnlyMemory<byte> Write(
        string scope,
        ScopeState state,
        HybridTimestamp clock,
        VersionVector basis,
        VersionVector known,
        bool isComplete,
        KeyRange? range,
        IReadOnlyList<StoredRecord> records,
        VersionVector? deltaBasis = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(records);

        // The body fills the tables that stand before it.
        var body = new ArrayBufferWriter<byte>(records.Sum(static record => record.SizeBytes) + BodyBytesMin);
        var writer = new MessagePackWriter(body);
        Write(ref writer, basis);
        Write(ref writer, state.Knowledge);
        Write(ref writer, state.Forgotten);
        writer.Write(clock.Value);
        writer.Write(isComplete);
        Write(ref writer, range);
        writer.WriteArrayHeader(records.Count);
        foreach (StoredRecord record in records)
        {
            Write(
                ref writer,
                record,
                known,
                state.ContextOf(record.Key).Exception,
                DocumentWriter.Encode(record, known, deltaBasis, replicas));
        }

        writer.Flush();
        return Assemble(scope, body.WrittenSpan);
    }

    private ReadOnlyMemory<byte> Assemble(string scope, ReadOnlySpan<byte> body)
    {
        var page = new ArrayBufferWriter<byte>(body.Length + 1024 + (_table.Count * ReplicaId.SizeBytes));
        var writer = new MessagePackWriter(page);
        writer.WriteArrayHeader(11);
        writer.Write((int)MessageKind.Page);
        writer.Write(scope);
        writer.WriteBinHeader(_table.Count * ReplicaId.SizeBytes);
        foreach (ReplicaId replica in _table)
        {
            replica.Write(writer.GetSpan(ReplicaId.SizeBytes));
            writer.Advance(ReplicaId.SizeBytes);
        }

        CollectionTable.Write(ref writer, [.. _collections]);
        writer.WriteRaw(body);
        writer.Flush();
        return page.WrittenMemory;
    }

    private void Write(ref MessagePackWriter writer, VersionVector vector)
    {
        writer.WriteArrayHeader(vector.Count * 2);
        foreach (Dot dot in vector.Entries)
        {
            writer.Write(WireIndex(dot.ReplicaIndex));
            writer.Write(dot.Counter);
        }
    }

    private static void Write(ref MessagePackWriter writer, KeyRange? range)
    {
        if (range is not { } keys)
        {
            writer.WriteNil();
            return;
        }

        KeyRangeFormat.Write(ref writer, keys);
    }

    private void Write(
        ref MessagePackWriter writer,
        StoredRecord record,
        VersionVector known,
        VersionVector? exception,
        ReadOnlyMemory<byte> conflictFree)
    {
        bool hasConflictFree = !conflictFree.IsEmpty;
        writer.WriteArrayHeader(hasConflictFree ? 5 : exception is not null ? 4 : 3);
        writer.Write(CollectionIndex(record.Key.Collection));
        writer.Write(record.Key.Key);
        ImmutableArray<RecordVersion> versions = record.Versions;
        writer.WriteArrayHeader(versions.Length);
        foreach (RecordVersion version in versions)
        {
            Write(ref writer, version, known.Contains(version.Dot));
        }

        if (exception is not null)
        {
            Write(ref writer, exception);
        }
        else if (hasConflictFree)
        {
            writer.WriteNil();
        }

        if (hasConflictFree)
        {
            writer.Write(conflictFree.Span);
        }
    }

    private void Write(ref MessagePackWriter writer, RecordVersion version, bool isKnown)
    {
        bool isAnnotated = !version.Annotations.IsEmpty;
        writer.WriteArrayHeader(isKnown ? 2 : isAnnotated ? 6 : 5);
        writer.Write(WireIndex(version.Dot.ReplicaIndex));
        writer.Write(version.Dot.Counter);
        if (isKnown)
        {
            return;
        }

        writer.Write(version.Timestamp.Value);
        writer.Write(version.Author);
        WireFormat.WriteBytesOrNil(ref writer, version.Payload.Span);
        if (isAnnotated)
        {
            writer.Write(version.Annotations.Span);
        }
    }

    private int WireIndex(int localIndex)
    {
        if (!_wireIndexes.TryGetValue(localIndex, out int index))
        {
            index = _table.Count;
            _table.Add(replicas[localIndex]);
            _wireIndexes.Add(localIndex, index);
        }

        return index;
    }

    private int CollectionIndex(string collection)
    {
        if (!_collectionIndexes.TryGetValue(collection, out int index))
        {
            index = _collections.Count;
            _collections.Add(descriptors.GetValueOrDefault(collection) ?? new CollectionDescriptor(collection, Strategy: 0));
            _collectionIndexes.Add(collection, index);
        }

        return index;
    }
}
