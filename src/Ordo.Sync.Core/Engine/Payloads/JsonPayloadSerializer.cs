using System.Buffers;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Ordo.Sync.Engine.Payloads;

/// <summary>
/// A serializer without run-time code: System.Text.Json's source generator describes the types, and their JSON is transcoded to
/// MessagePack and back. For NativeAOT and trimmed apps.
/// </summary>
/// <param name="types">The generated context that names every record type and every patched field's type.</param>
public sealed class JsonPayloadSerializer(JsonSerializerContext types) : IPayloadSerializer
{
    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Serialize<T>(T value)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(value, TypeInfo<T>());
        return json.Length > 0 && json[0] == (byte)'{'
            ? JsonTranscoder.ToMessagePack(json)
            : throw new ArgumentException($"{typeof(T)} is not written as a JSON object.", nameof(value));
    }

    /// <inheritdoc/>
    public T Deserialize<T>(ReadOnlyMemory<byte> payload)
    {
        var json = new ArrayBufferWriter<byte>(payload.Length * 2);
        JsonTranscoder.ToJson(payload, json);
        return JsonSerializer.Deserialize(json.WrittenSpan, TypeInfo<T>())
            ?? throw new JsonException($"The payload does not hold a {typeof(T)}.");
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> SerializeField<TField>(TField value) =>
        JsonTranscoder.ToMessagePack(JsonSerializer.SerializeToUtf8Bytes(value, TypeInfo<TField>()));

    /// <inheritdoc/>
    public string FieldName(MemberInfo member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return member.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
            ?? types.Options.PropertyNamingPolicy?.ConvertName(member.Name)
            ?? member.Name;
    }

    private JsonTypeInfo<T> TypeInfo<T>() => types.GetTypeInfo(typeof(T)) as JsonTypeInfo<T>
        ?? throw new ArgumentException($"The JSON context does not describe {typeof(T)}: add [JsonSerializable(typeof(...))].");
}
