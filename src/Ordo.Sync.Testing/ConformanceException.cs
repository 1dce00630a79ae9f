namespace Ordo.Sync.Testing;

/// <summary>
/// What was tested does not keep its contract. The message says which sentence, what was expected and what came.
/// </summary>
public sealed class ConformanceException : Exception
{
    /// <summary>Makes an exception.</summary>
    public ConformanceException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
