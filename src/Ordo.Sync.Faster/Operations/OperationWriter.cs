using Ordo.Sync.Causality;
using Ordo.Sync.Faster.Binary;
using Ordo.Sync.Faster.State;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Faster.Operations;

/// <summary>Writes operations into a buffer, the payload of a frame.</summary>
internal sealed class OperationWriter(ByteWriter writer)
{
    /// <summary>Whether an operation was begun and, because it threw, not ended: the buffer holds a part of it.</summary>
    public bool IsBroken { get; private set; }

    public void Intern(ReplicaId replica)
    {
        Begin(OperationKind.Intern);
        replica.Write(writer.Take(ReplicaId.SizeBytes));
        End();
    }

    public void Define(CollectionSchema schema)
    {
        Begin(OperationKind.Define);
        writer.WriteText(schema.Name);
        writer.WriteNumber(schema.Indexes.Length);
        foreach (IndexDefinition index in schema.Indexes)
        {
            writer.WriteText(index.Field);
            writer.WriteByte((byte)index.Type);
        }
        End();
    }

    /// <summary>Writes a value that is encoded already.</summary>
    public void Put(long number, ReadOnlySpan<byte> owner, ReadOnlySpan<byte> body)
    {
        Begin(OperationKind.Put);
        writer.WriteNumber(number);
        WriteBlock(owner);
        WriteBlock(body);
        End();
    }

    public void Remove(string scope, RecordKey key)
    {
        Begin(OperationKind.Remove);
        writer.WriteText(scope);
        writer.WriteText(key.Collection);
        writer.WriteText(key.Key);
        End();
    }

    public void SetScope(string scope, ScopeState before, ScopeState state)
    {
        Begin(OperationKind.SetScope);
        writer.WriteText(scope);
        ScopeStateCodec.Write(writer, before, state);
        End();
    }

    public void DropScope(string scope)
    {
        Begin(OperationKind.DropScope);
        writer.WriteText(scope);
        End();
    }

    public void AppendJournal(JournalItem item, ReadOnlySpan<byte> content)
    {
        Begin(OperationKind.AppendJournal);
        writer.WriteNumber(item.Entry.Sequence);
        writer.WriteText(item.Entry.Scope);
        writer.WriteText(item.Entry.Key.Collection);
        writer.WriteText(item.Entry.Key.Key);
        writer.WriteNumber(item.Entry.Dot.Value);
        writer.WriteUInt64(item.Entry.Timestamp.Value);
        writer.WriteByte((byte)item.Entry.Kind);
        writer.WriteNumber(item.Number);
        writer.WriteBytes(content);
        End();
    }

    public void PruneJournal(string scope, Dot upTo)
    {
        Begin(OperationKind.PruneJournal);
        writer.WriteText(scope);
        writer.WriteNumber(upTo.Value);
        End();
    }

    public void SetLocal(string area, string key, long number, ReadOnlySpan<byte> value)
    {
        Begin(OperationKind.SetLocal);
        writer.WriteText(area);
        writer.WriteText(key);
        writer.WriteNumber(number);
        writer.WriteBytes(value);
        End();
    }

    public void RemoveLocal(string area, string key)
    {
        Begin(OperationKind.RemoveLocal);
        writer.WriteText(area);
        writer.WriteText(key);
        End();
    }

    public void Head(StoreImage image)
    {
        Begin(OperationKind.Head);
        writer.WriteNumber(image.Replicas.Require(image.Replica));
        writer.WriteNumber(image.Counter);
        writer.WriteUInt64(image.Clock.Value);
        writer.WriteNumber(image.JournalSequence);
        writer.WriteNumber(image.NextNumber);
        End();
    }

    private void Begin(OperationKind kind)
    {
        writer.WriteByte((byte)kind);
        IsBroken = true;
    }

    private void End() => IsBroken = false;

    private void WriteBlock(ReadOnlySpan<byte> bytes)
    {
        int start = writer.BeginBlock();
        bytes.CopyTo(writer.Take(bytes.Length));
        writer.EndBlock(start);
    }
}
