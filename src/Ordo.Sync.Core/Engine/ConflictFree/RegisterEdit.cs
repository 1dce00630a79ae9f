using Ordo.Sync.Crdt;

namespace Ordo.Sync.Engine.ConflictFree;

/// <summary>Edits of a register, as part of a patch.</summary>
/// <typeparam name="TValue">string, long, double, bool or ReadOnlyMemory&lt;byte&gt;.</typeparam>
public sealed class RegisterEdit<TValue>
    where TValue : notnull
{
    private readonly EditTarget _target;

    internal RegisterEdit(EditTarget target) => _target = target;

    /// <summary>Writes a value over all that are known here.</summary>
    public void Write(TValue value)
    {
        Scalar scalar = ScalarConversion<TValue>.ToScalar(value);
        _target.Add<Register, Scalar>(
            scalar,
            static (register, context, scalar) => register.Set(context.Dots, context.Timestamp, scalar),
            ScalarSize.Of(scalar),
            first: scalar);
    }

    /// <summary>Removes the values that are known here.</summary>
    public void Clear() => _target.Add<Register>((register, _) => register.Clear());
}
