namespace Ordo.Sync.PostgreSql.Locals;

/// <summary>A local entry as a transaction knows it.</summary>
/// <param name="Value">Its value now; <see langword="null"/> where there is none.</param>
/// <param name="Stored">Its value when it was read.</param>
/// <param name="WasRead">Whether it was read, so that the transaction may rest on it.</param>
/// <param name="IsDirty">Whether the database does not have it so yet.</param>
internal readonly record struct PendingLocal(byte[]? Value, byte[]? Stored, bool WasRead, bool IsDirty)
{
    /// <summary>How it is to be written.</summary>
    public LocalChange Change => Value is null ? LocalChange.Remove
        : !WasRead ? LocalChange.Put
        : Stored is null ? LocalChange.Add : LocalChange.Replace;
}
