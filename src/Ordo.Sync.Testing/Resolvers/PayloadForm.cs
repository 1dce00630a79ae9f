using MessagePack;
using Ordo.Sync.Replication;

namespace Ordo.Sync.Testing.Resolvers;

/// <summary>What a record's payload must be.</summary>
internal static class PayloadForm
{
    /// <summary>Why bytes cannot be a payload; <see langword="null"/> where they can. Empty ones are a delete.</summary>
    public static string? WhyInvalid(ReadOnlyMemory<byte> payload)
    {
        if (payload.IsEmpty)
        {
            return null;
        }

        if (payload.Length > ProtocolLimits.PayloadBytesMax)
        {
            return $"it takes {payload.Length} bytes; {ProtocolLimits.PayloadBytesMax} are the most.";
        }

        try
        {
            var reader = new MessagePackReader(payload);
            int fields = reader.ReadMapHeader();
            for (int i = 0; i < fields; i++)
            {
                if (reader.ReadString() is null)
                {
                    return "a field has no name.";
                }

                reader.Skip();
            }

            return reader.End ? null : "there are bytes behind its end.";
        }
        catch (Exception exception) when (exception is MessagePackSerializationException or EndOfStreamException or OverflowException)
        {
            return $"it is no MessagePack map with names as keys ({exception.Message})";
        }
    }
}
