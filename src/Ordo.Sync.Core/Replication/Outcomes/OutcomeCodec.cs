using System.Collections.Immutable;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Journal;
using Ordo.Sync.Replication.Codec;

namespace Ordo.Sync.Replication.Outcomes;

/// <summary>
/// The form of outcomes, on the wire and in the log: [replica, counter, outcome, collection, key, rejection or nil].
/// </summary>
internal static class OutcomeCodec
{
    private const int Elements = 6;

    public static void Write(ref MessagePackWriter writer, OutcomeEntry entry)
    {
        writer.WriteArrayHeader(Elements);
        WireFormat.Write(ref writer, entry.Version.Replica);
        writer.Write(entry.Version.Counter);
        writer.Write((int)entry.Outcome);
        writer.Write(entry.Key.Collection);
        writer.Write(entry.Key.Key);
        if (entry.Rejection is { } rejection)
        {
            VersionNotesCodec.Write(ref writer, rejection);
        }
        else
        {
            writer.WriteNil();
        }
    }

    public static OutcomeEntry Read(ref MessagePackReader reader)
    {
        int elements = reader.ReadArrayHeader();
        if (elements < Elements)
        {
            throw new MessagePackSerializationException($"an outcome has {Elements} elements.");
        }

        var version = new GlobalDot(WireFormat.ReadReplica(ref reader), MessageChecks.Counter(reader.ReadInt64()));
        var outcome = (WriteOutcome)reader.ReadInt32();
        var entry = new OutcomeEntry(version, MessageChecks.Key(reader.ReadString(), reader.ReadString()), outcome)
        {
            Rejection = reader.TryReadNil() ? null : VersionNotesCodec.ReadRejection(ref reader),
        };
        for (int extra = Elements; extra < elements; extra++)
        {
            reader.Skip();
        }

        return entry;
    }

    public static void Write(ref MessagePackWriter writer, ImmutableArray<OutcomeEntry> entries)
    {
        writer.WriteArrayHeader(entries.Length);
        foreach (OutcomeEntry entry in entries)
        {
            Write(ref writer, entry);
        }
    }

    public static ImmutableArray<OutcomeEntry> ReadAll(ref MessagePackReader reader)
    {
        int count = WireFormat.ReadCount(ref reader, ProtocolLimits.PageRecordsMax, "outcomes");
        var entries = ImmutableArray.CreateBuilder<OutcomeEntry>(Math.Min(count, 1024));
        for (int i = 0; i < count; i++)
        {
            entries.Add(Read(ref reader));
        }

        return entries.ToImmutable();
    }
}
