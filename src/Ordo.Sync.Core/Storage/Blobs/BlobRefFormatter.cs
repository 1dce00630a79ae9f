using MessagePack;
using MessagePack.Formatters;

namespace Ordo.Sync.Storage.Blobs;

/// <summary>The stored form of a <see cref="BlobRef"/>: the key <c>$blob</c> first, its text behind it, then the length.</summary>
public sealed class BlobRefFormatter : IMessagePackFormatter<BlobRef?>
{
    internal const string IdKey = "$blob";
    internal const string LengthKey = "length";
    internal const string MediaTypeKey = "type";
    internal const string NameKey = "name";

    /// <inheritdoc/>
    public void Serialize(ref MessagePackWriter writer, BlobRef? value, MessagePackSerializerOptions options)
    {
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        writer.WriteMapHeader(2 + (value.MediaType is null ? 0 : 1) + (value.Name is null ? 0 : 1));
        writer.Write(IdKey);
        writer.Write(value.Id.ToString());
        writer.Write(LengthKey);
        writer.Write(value.Length);
        if (value.MediaType is not null)
        {
            writer.Write(MediaTypeKey);
            writer.Write(value.MediaType);
        }

        if (value.Name is not null)
        {
            writer.Write(NameKey);
            writer.Write(value.Name);
        }
    }

    /// <inheritdoc/>
    public BlobRef? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        if (reader.TryReadNil())
        {
            return null;
        }

        BlobId id = default;
        long length = 0;
        string? mediaType = null;
        string? name = null;
        for (int left = reader.ReadMapHeader(); left > 0; left--)
        {
            switch (reader.ReadString())
            {
                case IdKey:
                    id = BlobId.Parse(reader.ReadString() ?? string.Empty);
                    break;
                case LengthKey:
                    length = reader.ReadInt64();
                    break;
                case MediaTypeKey:
                    mediaType = reader.ReadString();
                    break;
                case NameKey:
                    name = reader.ReadString();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new BlobRef(id, length) { MediaType = mediaType, Name = name };
    }
}
