using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using MessagePack;
using MessagePack.Resolvers;
using Ordo.Sync.Replication;

namespace Ordo.Sync.Engine.Payloads;

/// <summary>
/// The default serializer: MessagePack-CSharp, public properties and fields under their own names, no attributes needed. It emits
/// code at run time: under NativeAOT use <see cref="JsonPayloadSerializer"/>.
/// </summary>
[RequiresDynamicCode("MessagePack-CSharp emits code at run time. Under NativeAOT use JsonPayloadSerializer.")]
[RequiresUnreferencedCode("MessagePack-CSharp reads types by reflection. In trimmed apps use JsonPayloadSerializer.")]
public sealed class MessagePackPayloadSerializer : IPayloadSerializer
{
    private readonly MessagePackSerializerOptions _options;

    /// <summary>Makes a serializer.</summary>
    /// <param name="options">
    /// MessagePack's options; must write objects as maps with string keys. By default types need no attributes, and types with
    /// <c>[Key("name")]</c> attributes are written as these say.
    /// </param>
    public MessagePackPayloadSerializer(MessagePackSerializerOptions? options = null) =>
        _options = options ?? ContractlessStandardResolver.Options
            .WithSecurity(MessagePackSecurity.UntrustedData.WithMaximumObjectGraphDepth(ProtocolLimits.PayloadDepthMax + 1));

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Serialize<T>(T value)
    {
        byte[] payload = MessagePackSerializer.Serialize(value, _options);
        return new MessagePackReader(payload).NextMessagePackType == MessagePackType.Map
            ? payload
            : throw new ArgumentException(
                $"{typeof(T)} is not written as a map with string keys. Use a class or record whose members have names.",
                nameof(value));
    }

    /// <inheritdoc/>
    public T Deserialize<T>(ReadOnlyMemory<byte> payload) => MessagePackSerializer.Deserialize<T>(payload, _options);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> SerializeField<TField>(TField value) => MessagePackSerializer.Serialize(value, _options);

    /// <inheritdoc/>
    public string FieldName(MemberInfo member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return member.GetCustomAttribute<KeyAttribute>()?.StringKey ?? member.Name;
    }
}
