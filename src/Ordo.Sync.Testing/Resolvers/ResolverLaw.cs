namespace Ordo.Sync.Testing.Resolvers;

/// <summary>What a resolver must keep to.</summary>
public enum ResolverLaw
{
    /// <summary>It returns a result made by its context, and never throws.</summary>
    AlwaysAnswers = 1,

    /// <summary>Its result is one MessagePack map with string keys, or a delete, within the engine's limit.</summary>
    ValidPayload,

    /// <summary>Asked again, at once or later, it answers the same, byte for byte.</summary>
    SameAgain,

    /// <summary>What it answered for other records before makes no difference; nor does whether it is new.</summary>
    NoMemory,

    /// <summary>The thread's culture makes no difference.</summary>
    NoCulture,

    /// <summary>Asked by several threads at once, it answers all the same.</summary>
    ThreadSafe,

    /// <summary>It leaves the siblings as they are.</summary>
    NoSideEffect,

    /// <summary>Replicas that hold the same versions show the same, in whichever order they came.</summary>
    Converges,
}
