using System.Reflection;

namespace Ordo.Sync.Engine.Payloads;

/// <summary>
/// Turns an app's types into payloads (one MessagePack map with string keys) and back. Thread-safe. A type must be written with
/// all fields it knows, so that those it does not know can be told apart and kept.
/// </summary>
public interface IPayloadSerializer
{
    /// <summary>Writes a value as a payload.</summary>
    /// <exception cref="ArgumentException">The type cannot be written as a map.</exception>
    ReadOnlyMemory<byte> Serialize<T>(T value);

    /// <summary>
    /// Reads a payload. Fields the type does not know are passed over, fields it misses get their defaults. A payload may come from any
    /// device: one that is not of the type is refused with the serializer's own exception (<c>MessagePackSerializationException</c>,
    /// <c>JsonException</c>), whatever it holds.
    /// </summary>
    T Deserialize<T>(ReadOnlyMemory<byte> payload);

    /// <summary>Writes the value of one field.</summary>
    ReadOnlyMemory<byte> SerializeField<TField>(TField value);

    /// <summary>What a member is called in payloads.</summary>
    string FieldName(MemberInfo member);
}
