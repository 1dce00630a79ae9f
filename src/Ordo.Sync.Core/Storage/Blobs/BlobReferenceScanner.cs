using System.Text;
using MessagePack;
using Ordo.Sync.Records;

namespace Ordo.Sync.Storage.Blobs;

/// <summary>
/// Finds references to blobs in a record without knowing the app's types, as a hub must: by the bytes of a
/// <see cref="BlobRef"/>'s stored form, wherever they stand. Text that happens to hold the same bytes keeps a blob that nobody
/// needs; a reference is never overlooked.
/// </summary>
public static class BlobReferenceScanner
{
    // fixstr(5) "$blob", then str8 of 64 bytes: as MessagePack writes the first entry of a reference.
    private static readonly byte[] Mark = [0xA5, .. "$blob"u8, 0xD9, ContentHash.TextLength];

    /// <summary>The references in all versions of a record: blob and length, -1 where the length does not follow.</summary>
    public static IReadOnlyDictionary<BlobId, long> Find(StoredRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        Dictionary<BlobId, long>? found = null;
        foreach (RecordVersion version in record.Versions)
        {
            Find(version.Payload, ref found);
            Find(version.Annotations, ref found);
        }

        Find(record.ConflictFree, ref found);
        return found ?? (IReadOnlyDictionary<BlobId, long>)Empty;
    }

    private static Dictionary<BlobId, long> Empty { get; } = [];

    private static void Find(ReadOnlyMemory<byte> bytes, ref Dictionary<BlobId, long>? found)
    {
        int at = 0;
        while (bytes.Span[at..].IndexOf(Mark) is >= 0 and var offset)
        {
            at += offset + Mark.Length;
            if (bytes.Length - at < ContentHash.TextLength)
            {
                return;
            }

            string text = Encoding.Latin1.GetString(bytes.Span.Slice(at, ContentHash.TextLength));
            if (BlobId.TryParse(text, out BlobId id))
            {
                (found ??= [])[id] = LengthAfter(bytes[(at + ContentHash.TextLength)..]);
            }
        }
    }

    private static long LengthAfter(ReadOnlyMemory<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        try
        {
            return !reader.End && reader.NextMessagePackType == MessagePackType.String
                && reader.ReadString() == BlobRefFormatter.LengthKey
                    ? Math.Max(-1, reader.ReadInt64())
                    : -1;
        }
        catch (Exception exception) when (exception is MessagePackSerializationException or EndOfStreamException or OverflowException)
        {
            return -1;
        }
    }
}
