using System.Buffers;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MessagePack;

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
    /// <exception cref="JsonException">The payload is not one of this type, or holds what JSON has no form for.</exception>
    public T Deserialize<T>(ReadOnlyMemory<byte> payload)
    {
        JsonTypeInfo<T> type = TypeInfo<T>();
        var json = new ArrayBufferWriter<byte>(Math.Max(16, payload.Length * 2));
        try
        {
            JsonTranscoder.ToJson(payload, json);
        }
        catch (Exception exception) when (exception is MessagePackSerializationException or EndOfStreamException
            or OverflowException or ArgumentException or InvalidOperationException)
        {
            // Who wrote it may be another device, with another serializer: a number that is none is one thing that JSON cannot say.
            throw new JsonException($"The payload cannot be read as a {typeof(T)}: {exception.Message}", exception);
        }

        return JsonSerializer.Deserialize(json.WrittenSpan, type) ?? throw new JsonException($"The payload does not hold a {typeof(T)}.");
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
