using MessagePack;

namespace Ordo.Sync.Records;

/// <summary>The form of a payload: exactly one MessagePack map with string keys, nested no deeper than a limit. Thread-safe.</summary>
public static class PayloadFormat
{
    /// <summary>Why bytes are no payload, or <see langword="null"/> where they are one.</summary>
    public static string? WhyNot(ReadOnlyMemory<byte> payload, int depthMax)
    {
        if (payload.IsEmpty)
        {
            return "A payload is a MessagePack map; it is empty.";
        }

        var reader = new MessagePackReader(payload);
        try
        {
            return WhyNotMap(ref reader, depthMax)
                ?? (reader.End ? null : $"A payload is one MessagePack map; {payload.Length - reader.Consumed} bytes follow it.");
        }
        catch (Exception exception) when (exception is MessagePackSerializationException or EndOfStreamException or OverflowException)
        {
            return $"A payload is a MessagePack map; the bytes are malformed at {reader.Consumed}: {exception.Message}";
        }
    }

    private static string? WhyNotMap(ref MessagePackReader reader, int depthMax)
    {
        if (reader.NextMessagePackType != MessagePackType.Map)
        {
            return $"A payload is a MessagePack map, not {reader.NextMessagePackType}.";
        }

        return WhyNotValue(ref reader, depthMax, isRoot: true);
    }

    private static string? WhyNotValue(ref MessagePackReader reader, int depthLeft, bool isRoot = false)
    {
        MessagePackType type = reader.NextMessagePackType;
        if (type is not (MessagePackType.Map or MessagePackType.Array))
        {
            reader.Skip();
            return null;
        }

        if (depthLeft == 0)
        {
            return "The payload is nested too deep.";
        }

        int count = type == MessagePackType.Map ? reader.ReadMapHeader() : reader.ReadArrayHeader();
        for (int i = 0; i < count; i++)
        {
            if (type == MessagePackType.Map)
            {
                if (isRoot && reader.NextMessagePackType != MessagePackType.String)
                {
                    return $"A payload's keys are strings; one is {reader.NextMessagePackType}.";
                }

                reader.Skip();
            }

            if (WhyNotValue(ref reader, depthLeft - 1) is { } why)
            {
                return why;
            }
        }

        return null;
    }
}
