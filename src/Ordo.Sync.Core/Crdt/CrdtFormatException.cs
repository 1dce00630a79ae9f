namespace Ordo.Sync.Crdt;

/// <summary>
/// Bytes are not a conflict-free document or delta of a known version, or claim what cannot be: refused before anything was
/// changed (a document) or with the target to be discarded (a delta).
/// </summary>
public sealed class CrdtFormatException : FormatException
{
    /// <summary>Makes an exception without details.</summary>
    public CrdtFormatException()
        : base("The bytes are not a conflict-free document.")
    {
    }

    /// <summary>Makes an exception that says what is wrong.</summary>
    public CrdtFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception that says what is wrong, and what failed beneath.</summary>
    public CrdtFormatException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
