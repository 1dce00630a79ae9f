namespace Ordo.Sync.Crdt;

/// <summary>Between scalars and the five .NET types that stand for them; the type tests fold away when compiled.</summary>
internal static class ScalarConversion<T>
    where T : notnull
{
    /// <exception cref="NotSupportedException">The type stands for no scalar.</exception>
    public static Scalar ToScalar(T value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value switch
        {
            string text => Scalar.Of(text),
            long whole => Scalar.Of(whole),
            double real => Scalar.Of(real),
            bool truth => Scalar.Of(truth),
            ReadOnlyMemory<byte> bytes => Scalar.Of(bytes.Span),
            _ => throw Unsupported(),
        };
    }

    /// <exception cref="NotSupportedException">The type stands for no scalar.</exception>
    /// <exception cref="InvalidOperationException">The scalar is of another kind.</exception>
    public static T FromScalar(Scalar value)
    {
        if (typeof(T) == typeof(string))
        {
            return (T)(object)value.AsString();
        }

        if (typeof(T) == typeof(long))
        {
            return (T)(object)value.AsInteger();
        }

        if (typeof(T) == typeof(double))
        {
            return (T)(object)value.AsDouble();
        }

        if (typeof(T) == typeof(bool))
        {
            return (T)(object)value.AsBoolean();
        }

        return typeof(T) == typeof(ReadOnlyMemory<byte>) ? (T)(object)value.AsBytes() : throw Unsupported();
    }

    private static NotSupportedException Unsupported() => new(
        $"{typeof(T)} cannot be an element; use string, long, double, bool or ReadOnlyMemory<byte>.");
}
