namespace Ordo.Sync.Model.Tests.Rules;

internal enum ApplyOutcome
{
    Applied,

    /// <summary>The receiver is not subscribed to the scope.</summary>
    NotSubscribed,

    /// <summary>The sender's scope is being filled.</summary>
    NotAnswered,

    /// <summary>The transaction was cut off and rolled back.</summary>
    Interrupted,

    BaseMissing,

    SenderBehind,

    /// <summary>The names of the batch are of another generation.</summary>
    OtherGeneration,

    /// <summary>A fill was under way, whose exceptions cannot be renamed.</summary>
    MustStartAnew,
}
