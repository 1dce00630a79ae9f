namespace Ordo.Sync.Conflicts.Strategies;

/// <summary>Manual intervention: siblings stay, and the record refuses reads and ordinary writes until a person resolves it.</summary>
internal sealed class ManualInterventionBehavior() : AuditedBehavior(RecordState.Conflicted)
{
    public override bool RefusesConflicted => true;
}
