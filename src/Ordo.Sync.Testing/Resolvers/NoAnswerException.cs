namespace Ordo.Sync.Testing.Resolvers;

/// <summary>A resolver threw, or returned nothing.</summary>
internal sealed class NoAnswerException(string message, Exception? innerException = null)
    : Exception(message, innerException);
