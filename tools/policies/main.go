// Command policies asks cyclonus which flows NetworkPolicies allow: one JSON document for each line of standard input.
package main

import (
	"bufio"
	"encoding/json"
	"os"

	"github.com/mattfenwick/cyclonus/pkg/matcher"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
)

type end struct {
	Address         string            `json:"address"`
	Namespace       string            `json:"namespace"`
	Labels          map[string]string `json:"labels"`
	NamespaceLabels map[string]string `json:"namespaceLabels"`
}

type flow struct {
	From, To end
	Proto    string
	Port     int
	PortName string
}

type question struct {
	Policies []*networkingv1.NetworkPolicy
	Flows    []flow
}

type answer struct {
	Ingress bool `json:"ingress"`
	Egress  bool `json:"egress"`
}

func peer(one end) *matcher.TrafficPeer {
	if one.Namespace == "" {
		return &matcher.TrafficPeer{IP: one.Address}
	}
	inside := &matcher.InternalPeer{PodLabels: one.Labels, NamespaceLabels: one.NamespaceLabels, Namespace: one.Namespace}
	return &matcher.TrafficPeer{Internal: inside, IP: one.Address}
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<26)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		policy := matcher.BuildNetworkPolicies(false, asked.Policies)
		answers := []answer{}
		for _, one := range asked.Flows {
			found := policy.IsTrafficAllowed(&matcher.Traffic{
				Source: peer(one.From), Destination: peer(one.To), ResolvedPort: one.Port,
				ResolvedPortName: one.PortName, Protocol: corev1.Protocol(one.Proto),
			})
			answers = append(answers, answer{found.Ingress.IsAllowed(), found.Egress.IsAllowed()})
		}
		if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
			panic(err)
		}
	}
}
