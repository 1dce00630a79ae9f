using MessagePack;
using Ordo.Sync.Errors;

namespace Ordo.Sync.Storage;

/// <summary>Reads what this replica itself wrote into its store, where a disk may have damaged it since.</summary>
internal static class StoredForm
{
    /// <summary>Runs a decoder; whatever is wrong with the bytes becomes one clear error.</summary>
    /// <param name="value">What the store holds.</param>
    /// <param name="what">What it should be: "a peer's knowledge".</param>
    /// <param name="decode">Reads it.</param>
    /// <exception cref="SyncException">The bytes are damaged.</exception>
    public static T Decode<T>(ReadOnlyMemory<byte> value, string what, Func<ReadOnlyMemory<byte>, T> decode)
    {
        try
        {
            return decode(value);
        }
        catch (Exception exception) when (exception is MessagePackSerializationException or EndOfStreamException
            or ArgumentException or OverflowException or FormatException
            or SyncException { Code: SyncErrorCode.Malformed or SyncErrorCode.TooLarge })
        {
            throw new SyncException(
                SyncErrorCode.StoreCorrupt,
                $"The store holds {value.Length} bytes that should be {what} and are not: {exception.Message}",
                "Restore a backup, or delete the store and sync again from a peer.",
                exception);
        }
    }
}
