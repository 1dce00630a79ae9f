using Ordo.Sync.Causality;
using Ordo.Sync.Faster.Binary;
using Ordo.Sync.Faster.State;
using Ordo.Sync.Faster.Values;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Faster.Operations;

/// <summary>Does the operations of a log or a checkpoint to a state and its values again.</summary>
internal sealed class OperationReplay(StoreImage image, ValueStore values)
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>Does the operations of a frame.</summary>
    /// <exception cref="InvalidDataException">They are none, or contradict the state that they meet.</exception>
    public void Apply(ReadOnlyMemory<byte> operations)
    {
        var reader = new ByteReader(operations);
        while (!reader.IsAtEnd)
        {
            Apply(ref reader);
        }
    }

    private void Apply(ref ByteReader reader)
    {
        OperationKind kind = (OperationKind)reader.ReadByte();
        switch (kind)
        {
            case OperationKind.Intern:
                Intern(ref reader);
                break;
            case OperationKind.Define:
                Define(ref reader);
                break;
            case OperationKind.Put:
                Put(ref reader);
                break;
            case OperationKind.Remove:
                image.Remove(ReadName(ref reader), ReadKey(ref reader));
                break;
            case OperationKind.SetScope:
                string scope = ReadName(ref reader);
                image.SetScope(scope, ScopeStateCodec.Read(ref reader, image.FindScope(scope)?.State ?? ScopeState.Empty));
                break;
            case OperationKind.DropScope:
                image.DropScope(ReadName(ref reader));
                break;
            case OperationKind.AppendJournal:
                AppendJournal(ref reader);
                break;
            case OperationKind.PruneJournal:
                image.PruneJournal(ReadName(ref reader), DotCodec.Read(ref reader));
                break;
            case OperationKind.SetLocal:
                SetLocal(ref reader);
                break;
            case OperationKind.RemoveLocal:
                image.RemoveLocal(reader.ReadText(), reader.ReadText());
                break;
            case OperationKind.Head:
                Head(ref reader);
                break;
            default:
                throw new InvalidDataException($"operations of kind {kind} are unknown");
        }
    }

    private void Intern(ref ByteReader reader)
    {
        var bytes = new byte[ReplicaId.SizeBytes];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = reader.ReadByte();
        }

        image.Replicas = image.Replicas.With(ReplicaId.Read(bytes), out _);
    }

    private void Define(ref ByteReader reader)
    {
        string name = ReadName(ref reader);
        var indexes = new IndexDefinition[reader.ReadCount()];
        for (int i = 0; i < indexes.Length; i++)
        {
            indexes[i] = new IndexDefinition(ReadName(ref reader), (IndexType)reader.ReadByte());
        }

        image.Define(new CollectionSchema(name, [.. indexes]), Load);
    }

    private void Put(ref ByteReader reader)
    {
        long number = reader.ReadNumber();
        ReadOnlyMemory<byte> owner = reader.ReadBlock();
        ReadOnlyMemory<byte> body = reader.ReadBlock();
        ValueOwner read = ValueOwner.Read(owner);
        var key = new RecordKey(Shared(read.Key.Collection), read.Key.Key);
        StoredRecord record = RecordCodec.Read(key, body, withVisible: true);
        Write(number, owner.Span, body.Span);
        image.Put(Shared(read.Area), record, number, body.Length);
    }

    private void AppendJournal(ref ByteReader reader)
    {
        long sequence = reader.ReadNumber();
        var entry = new JournalEntry(
            ReadName(ref reader), ReadKey(ref reader), DotCodec.Read(ref reader), new HybridTimestamp(reader.ReadUInt64()),
            (Journal.OperationKind)reader.ReadByte())
        {
            Sequence = sequence,
        };
        long number = reader.ReadNumber();
        ReadOnlyMemory<byte> content = reader.ReadBytes();
        if (number == 0)
        {
            entry = entry with { Content = content.ToArray() };
        }
        else
        {
            Write(number, ValueOwner.OfJournal(sequence), content.Span);
        }

        image.AppendJournal(new JournalItem(entry, number, content.Length));
    }

    private void SetLocal(ref ByteReader reader)
    {
        string area = ReadName(ref reader);
        string key = reader.ReadText();
        long number = reader.ReadNumber();
        ReadOnlyMemory<byte> value = reader.ReadBytes();
        if (number != 0)
        {
            Write(number, ValueOwner.OfLocal(area, key), value.Span);
        }

        image.SetLocal(area, key, new LocalSlot(number, number == 0 ? value.ToArray() : default, value.Length));
    }

    private void Head(ref ByteReader reader)
    {
        long replica = reader.ReadNumber();
        if (replica >= image.Replicas.Count)
        {
            throw new InvalidDataException($"the store's replica has the index {replica} of {image.Replicas.Count}");
        }

        image.Replica = image.Replicas[(int)replica];
        image.Counter = reader.ReadNumber();
        image.Clock = new HybridTimestamp(reader.ReadUInt64());
        image.JournalSequence = reader.ReadNumber();
        image.NextNumber = reader.ReadNumber();
    }

    private StoredRecord Load(long number)
    {
        ReadOnlyMemory<byte> body = values.Read(number)
            ?? throw new InvalidDataException($"the value {number} is not held");
        return RecordCodec.Read(default, body, withVisible: true);
    }

    private void Write(long number, in ValueOwner owner, ReadOnlySpan<byte> bytes)
    {
        var writer = new ByteWriter();
        owner.Write(writer);
        Write(number, writer.Span, bytes);
    }

    private void Write(long number, ReadOnlySpan<byte> owner, ReadOnlySpan<byte> bytes)
    {
        values.Reserve(bytes.Length, ValuePiece.CountFor(bytes.Length));
        values.Write(number, owner, bytes);
    }

    private RecordKey ReadKey(ref ByteReader reader) => new(ReadName(ref reader), reader.ReadText());

    // Scopes, collections and fields come in every operation and stand in memory once.
    private string ReadName(ref ByteReader reader) => Shared(reader.ReadText());

    private string Shared(string name)
    {
        if (_names.TryGetValue(name, out string? shared))
        {
            return shared;
        }

        _names.Add(name, name);
        return name;
    }
}
