using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Faster.Binary;
using Ordo.Sync.Records;

namespace Ordo.Sync.Faster.Operations;

/// <summary>
/// The stored form of a scope's state: what differs from the state before it. Most commits raise one counter of the knowledge, and
/// a hub's knowledge has thousands.
/// </summary>
internal static class ScopeStateCodec
{
    private const byte HasRaised = 1;
    private const byte HasKnowledge = 2;
    private const byte HasForgotten = 4;
    private const byte HasExceptions = 8;

    public static void Write(ByteWriter writer, ScopeState before, ScopeState state)
    {
        byte flags = 0;
        Dot[]? raised = null;
        if (!state.Knowledge.Equals(before.Knowledge))
        {
            raised = before.Knowledge.IsDominatedBy(state.Knowledge) ? RaisedIn(before.Knowledge, state.Knowledge) : null;
            flags |= raised is null ? HasKnowledge : HasRaised;
        }

        flags |= state.Forgotten.Equals(before.Forgotten) ? (byte)0 : HasForgotten;
        flags |= state.Exceptions.SequenceEqual(before.Exceptions) ? (byte)0 : HasExceptions;
        writer.WriteByte(flags);
        writer.WriteUInt128(state.Digest);
        writer.WriteUInt64((ulong)state.LiveCount);
        if ((flags & (HasRaised | HasKnowledge)) != 0)
        {
            DotCodec.Write(writer, raised ?? state.Knowledge.Entries);
        }

        if ((flags & HasForgotten) != 0)
        {
            DotCodec.Write(writer, state.Forgotten.Entries);
        }

        if ((flags & HasExceptions) != 0)
        {
            Write(writer, state.Exceptions);
        }
    }

    /// <exception cref="InvalidDataException">The bytes are no state.</exception>
    public static ScopeState Read(ref ByteReader reader, ScopeState before)
    {
        byte flags = reader.ReadByte();
        ScopeState state = before with { Digest = reader.ReadUInt128(), LiveCount = (long)reader.ReadUInt64() };
        if ((flags & HasKnowledge) != 0)
        {
            state = state with { Knowledge = DotCodec.ReadVector(ref reader) };
        }
        else if ((flags & HasRaised) != 0)
        {
            state = state with { Knowledge = before.Knowledge.Merge(DotCodec.ReadVector(ref reader)) };
        }

        if ((flags & HasForgotten) != 0)
        {
            state = state with { Forgotten = DotCodec.ReadVector(ref reader) };
        }

        return (flags & HasExceptions) != 0 ? state with { Exceptions = ReadExceptions(ref reader) } : state;
    }

    // What the greater of two vectors has that the lesser has not.
    private static Dot[] RaisedIn(VersionVector lesser, VersionVector greater)
    {
        var raised = new List<Dot>();
        foreach (Dot entry in greater.Entries)
        {
            if (lesser[entry.ReplicaIndex] != entry.Counter)
            {
                raised.Add(entry);
            }
        }

        return [.. raised];
    }

    private static void Write(ByteWriter writer, ImmutableArray<KnowledgeException> exceptions)
    {
        writer.WriteNumber(exceptions.Length);
        foreach (KnowledgeException exception in exceptions)
        {
            Write(writer, exception.Range.After);
            Write(writer, exception.Range.UpTo);
            DotCodec.Write(writer, exception.Knowledge.Entries);
        }
    }

    private static ImmutableArray<KnowledgeException> ReadExceptions(ref ByteReader reader)
    {
        int count = reader.ReadCount();
        ImmutableArray<KnowledgeException>.Builder exceptions = ImmutableArray.CreateBuilder<KnowledgeException>(count);
        for (int i = 0; i < count; i++)
        {
            var range = new KeyRange(ReadKey(ref reader), ReadKey(ref reader));
            exceptions.Add(new KnowledgeException(range, DotCodec.ReadVector(ref reader)));
        }

        return exceptions.MoveToImmutable();
    }

    private static void Write(ByteWriter writer, RecordKey? key)
    {
        writer.WriteByte(key is null ? (byte)0 : (byte)1);
        if (key is { } present)
        {
            writer.WriteText(present.Collection);
            writer.WriteText(present.Key);
        }
    }

    private static RecordKey? ReadKey(ref ByteReader reader) =>
        reader.ReadByte() == 0 ? null : new RecordKey(reader.ReadText(), reader.ReadText());
}
