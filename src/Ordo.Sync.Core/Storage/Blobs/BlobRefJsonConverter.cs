using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ordo.Sync.Storage.Blobs;

/// <summary>A <see cref="BlobRef"/> as JSON, in the same form and order as its stored form.</summary>
public sealed class BlobRefJsonConverter : JsonConverter<BlobRef>
{
    /// <inheritdoc/>
    public override BlobRef Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("A reference to a blob is an object.");
        }

        BlobId id = default;
        long length = 0;
        string? mediaType = null;
        string? name = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string? key = reader.GetString();
            reader.Read();
            switch (key)
            {
                case BlobRefFormatter.IdKey:
                    id = BlobId.TryParse(reader.GetString(), out BlobId parsed)
                        ? parsed
                        : throw new JsonException("A blob's id has 64 lower-case hexadecimal digits.");
                    break;
                case BlobRefFormatter.LengthKey:
                    length = reader.GetInt64();
                    break;
                case BlobRefFormatter.MediaTypeKey:
                    mediaType = reader.GetString();
                    break;
                case BlobRefFormatter.NameKey:
                    name = reader.GetString();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new BlobRef(id, length) { MediaType = mediaType, Name = name };
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, BlobRef value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStartObject();
        writer.WriteString(BlobRefFormatter.IdKey, value.Id.ToString());
        writer.WriteNumber(BlobRefFormatter.LengthKey, value.Length);
        if (value.MediaType is not null)
        {
            writer.WriteString(BlobRefFormatter.MediaTypeKey, value.MediaType);
        }

        if (value.Name is not null)
        {
            writer.WriteString(BlobRefFormatter.NameKey, value.Name);
        }

        writer.WriteEndObject();
    }
}
