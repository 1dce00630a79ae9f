using Ordo.Sync.Model.Tests.Rules;
using Ordo.Sync.Model.Tests.Schedules;
using Ordo.Sync.Model.Tests.World;

namespace Ordo.Sync.Model.Tests;

public sealed class ScriptTests
{
    [Fact]
    public void Foo()
    {
        const int H = 0, C = 1, D = 2, Z = 3;
        static Step S(StepKind kind, int a, int peer = 0) => new(kind, a, (peer - a - 1 + 4) % 4, 0, 0, 0);
        Step[] steps = [S(StepKind.Subscribe, C), S(StepKind.Subscribe, D), S(StepKind.Subscribe, Z),
            S(StepKind.Put, H), S(StepKind.Pull, C, H), S(StepKind.Put, D), S(StepKind.Pull, C, D),
            S(StepKind.Delete, H), S(StepKind.Pull, Z, H), S(StepKind.Pull, D, H), S(StepKind.Expire, H), S(StepKind.Collect, H),
            S(StepKind.Pull, H, D), S(StepKind.Pull, Z, H), S(StepKind.Pull, C, Z)];
        var schedule = new Schedule(1, Topology.Mixed, 4, 1, 1, 0, steps);
        var trace = new TraceLog(true);
        string m = "ok";
        try { ScheduleRun.Execute(schedule, RuleMutation.ForgottenOnlyFromComplete, trace); } catch (Exception e) { m = e.Message; }
        Assert.Fail(m + "\n" + trace);
    }
}
