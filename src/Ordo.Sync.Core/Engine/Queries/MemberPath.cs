using System.Linq.Expressions;
using System.Reflection;
using Ordo.Sync.Engine.Payloads;

namespace Ordo.Sync.Engine.Queries;

/// <summary>A member of an app's type, or of a type nested in it, as an expression names it.</summary>
internal sealed class MemberPath
{
    private readonly IReadOnlyList<MemberInfo> _members;

    private MemberPath(IReadOnlyList<MemberInfo> members) => _members = members;

    public static MemberPath Of<T, TValue>(Expression<Func<T, TValue>> expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        var members = new List<MemberInfo>();
        Expression? step = expression.Body;
        while (step is UnaryExpression { NodeType: ExpressionType.Convert } convert)
        {
            step = convert.Operand;
        }

        while (step is MemberExpression member)
        {
            members.Insert(0, member.Member);
            step = member.Expression;
        }

        return members.Count > 0 && step is ParameterExpression
            ? new MemberPath(members)
            : throw new ArgumentException(
                $"'{expression}' does not name a member: write x => x.Member or x => x.Nested.Member.", nameof(expression));
    }

    /// <summary>The path in payloads, steps joined by dots.</summary>
    public string In(IPayloadSerializer serializer) => string.Join('.', _members.Select(serializer.FieldName));
}
