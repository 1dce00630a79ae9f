using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Replication.Messages;

namespace Ordo.Sync.Replication.Codec;

/// <summary>The wire form of a transfer's cursor; nil where there is none.</summary>
internal static class CursorFormat
{
    public static void Write(ref MessagePackWriter writer, TransferCursor? cursor)
    {
        if (cursor is null)
        {
            writer.WriteNil();
            return;
        }

        writer.WriteArrayHeader(7);
        WireFormat.Write(ref writer, cursor.UpTo);
        if (cursor.After is { } after)
        {
            WireFormat.Write(ref writer, after.Replica);
            writer.Write(after.Counter);
        }
        else
        {
            writer.WriteNil();
            writer.WriteNil();
        }

        WireFormat.Write(ref writer, cursor.Sender);
        WireFormat.Write(ref writer, cursor.Forgotten);
        writer.Write(cursor.IsComplete);
        writer.Write(cursor.Stage);
    }

    public static TransferCursor? Read(ref MessagePackReader reader)
    {
        if (reader.TryReadNil())
        {
            return null;
        }

        MessageChecks.Elements(reader.ReadArrayHeader(), 7);
        GlobalVector? upTo = WireFormat.ReadVectorOrNil(ref reader);
        GlobalDot? after = null;
        if (reader.TryReadNil())
        {
            reader.Skip();
        }
        else
        {
            after = new GlobalDot(WireFormat.ReadReplica(ref reader), MessageChecks.Counter(reader.ReadInt64()));
        }

        return new TransferCursor(
            upTo,
            after,
            WireFormat.ReadReplica(ref reader),
            WireFormat.ReadVector(ref reader),
            reader.ReadBoolean(),
            reader.ReadInt32());
    }
}
