using MessagePack;
using Ordo.Sync.Errors;
using Ordo.Sync.Records;

namespace Ordo.Sync.Storage;

/// <summary>Reads what this replica itself wrote into its store, where a disk may have damaged it since.</summary>
internal static class StoredForm
{
    private const string Hint = "Restore a backup, or delete the store and sync again from a peer.";
    private const int NameLengthShownMax = 200;

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
        catch (Exception exception) when (IsDamage(exception))
        {
            throw new SyncException(
                SyncErrorCode.StoreCorrupt,
                $"The store holds {value.Length} bytes that should be {what} and are not: {exception.Message}",
                Hint,
                exception);
        }
    }

    /// <summary>Reads the name of an entry; whatever is wrong with it becomes one clear error.</summary>
    /// <param name="name">What the entry is called.</param>
    /// <param name="what">What its name should be: "a peer's id".</param>
    /// <param name="read">Reads it.</param>
    /// <exception cref="SyncException">The name is damaged.</exception>
    public static T ReadName<T>(string name, string what, Func<string, T> read)
    {
        try
        {
            return read(name);
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            string shown = name.Length > NameLengthShownMax ? name[..NameLengthShownMax] : name;
            throw new SyncException(
                SyncErrorCode.StoreCorrupt,
                $"The store holds an entry '{shown}' whose name should be {what} and is not: {exception.Message}",
                Hint,
                exception);
        }
    }

    /// <summary>
    /// Reads the record that an entry is called by, as <see cref="RecordKey.ToString"/> writes it: a collection's name holds no '/'.
    /// </summary>
    /// <exception cref="SyncException">The name is damaged.</exception>
    public static RecordKey ReadRecordName(string name) => ReadName(name, "a record's", static name =>
    {
        int slash = name.IndexOf('/', StringComparison.Ordinal);
        return new RecordKey(name[..slash], name[(slash + 1)..]);
    });

    private static bool IsDamage(Exception exception) => exception is MessagePackSerializationException or EndOfStreamException
        or ArgumentException or OverflowException or FormatException or IndexOutOfRangeException
        or SyncException { Code: SyncErrorCode.Malformed or SyncErrorCode.TooLarge };
}
